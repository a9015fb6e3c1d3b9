// The process that renders images. It is started when an image is first asked for, and ends when
// none was for a while.
import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { fileURLToPath, pathToFileURL } from "node:url";
import { OssError } from "@ossicle/protocol";
import type { ImageAnswer, ImageJob, ImageResult } from "./image-job.ts";

/** Most jobs that wait. Beyond them the answer is 503. */
const maxWaiting = 64;

/** Longest time of a job, in milliseconds; its process is ended then. */
const jobTimeoutMs = 15_000;

/** How long a process stays without a job, in milliseconds. */
const idleMs = 60_000;

/** Reads what a job needs. It is called when a process is free, so that jobs wait without bytes. */
type Prepare = () => Promise<ImageJob>;

interface Waiting {
  readonly prepare: Prepare;
  readonly resolve: (result: ImageResult) => void;
  readonly reject: (cause: unknown) => void;
}

/** The process of a worker of the store, which does one job at a time. */
export class ImageProcesses {
  #process: RenderingProcess | undefined;
  readonly #waiting: Waiting[] = [];
  #isBusy = false;
  #isClosing = false;

  /**
   * Renders a job. Throws OSS's refusals, what `prepare` throws, ServiceUnavailable where too many
   * jobs wait, and NotImplemented without the library.
   */
  render(prepare: Prepare): Promise<ImageResult> {
    if (!isInstalled()) throw notInstalled();
    if (this.#isClosing || this.#waiting.length >= maxWaiting) {
      throw new OssError("ServiceUnavailable");
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ prepare, resolve, reject });
      this.#next();
    });
  }

  /** Ends the process. Its job, and those that wait, are refused. */
  close(): void {
    this.#isClosing = true;
    for (const { reject } of this.#waiting.splice(0)) reject(new OssError("ServiceUnavailable"));
    this.#process?.end();
  }

  #next(): void {
    if (this.#isBusy) return;
    const waiting = this.#waiting.shift();
    if (waiting === undefined) return;
    this.#isBusy = true;
    void this.#perform(waiting.prepare)
      .then(waiting.resolve, waiting.reject)
      .finally(() => {
        this.#isBusy = false;
        this.#next();
      });
  }

  async #perform(prepare: Prepare): Promise<ImageResult> {
    const job = await prepare();
    if (this.#isClosing) throw new OssError("ServiceUnavailable");
    // An earlier process may have ended in the meantime.
    if (this.#process?.isUsable !== true) this.#process = new RenderingProcess();
    return resultOf(await this.#process.ask(job));
  }
}

function notInstalled(): OssError<"NotImplemented"> {
  const message =
    "Image processing needs the package sharp: install it beside ossicle (npm install sharp).";
  return new OssError("NotImplemented", { Header: "x-oss-process" }, { message });
}

let installed: boolean | undefined;

function isInstalled(): boolean {
  if (installed === undefined) {
    try {
      createRequire(import.meta.url).resolve("sharp");
      installed = true;
    } catch {
      installed = false;
    }
  }
  return installed;
}

/** One process, with at most one job. */
class RenderingProcess {
  readonly #child: ChildProcess;
  #isEnding = false;
  #jobs = 0;
  #idle: NodeJS.Timeout | undefined;

  constructor() {
    this.#child = startProcess();
    this.#child.unref();
    this.#child.channel?.unref();
    this.#child.on("error", () => this.end()); // it could not be started, or not be sent to
  }

  /** Whether it takes another job. */
  get isUsable(): boolean {
    return !this.#isEnding && this.#child.connected;
  }

  end(): void {
    this.#isEnding = true;
    clearTimeout(this.#idle);
    this.#child.kill("SIGKILL"); // it holds nothing but the job's memory
  }

  async ask(job: ImageJob): Promise<ImageAnswer> {
    clearTimeout(this.#idle);
    try {
      return await this.#ask(job);
    } finally {
      this.#idle = setTimeout(() => this.end(), idleMs);
      this.#idle.unref();
    }
  }

  #ask(job: ImageJob): Promise<ImageAnswer> {
    const child = this.#child;
    this.#jobs += 1;
    const id = this.#jobs;
    return new Promise((resolve, reject) => {
      const done = (act: () => void): void => {
        clearTimeout(timer);
        child.off("message", onMessage);
        child.off("exit", onExit);
        act();
      };
      // The first message of a process has no id: it says that the process is ready.
      const onMessage = (answer: Partial<ImageAnswer>): void => {
        if (answer.id === id) done(() => resolve(answer as ImageAnswer));
      };
      const onExit = (): void => {
        const cause = this.#isEnding
          ? new OssError("ServiceUnavailable")
          : new Error("the process that renders images ended");
        done(() => reject(cause));
      };
      const timer = setTimeout(() => {
        done(() => reject(tooSlow()));
        this.end();
      }, jobTimeoutMs);
      child.on("message", onMessage);
      child.once("exit", onExit);
      child.send({ id, job }, (cause) => {
        if (cause !== null) done(() => reject(cause));
      });
    });
  }
}

function tooSlow(): OssError<"BadRequest"> {
  const message = `The image took longer than ${jobTimeoutMs / 1_000} seconds.`;
  return new OssError("BadRequest", {}, { message });
}

function resultOf(answer: ImageAnswer): ImageResult {
  if ("result" in answer) return answer.result;
  if ("failure" in answer) throw new Error(answer.failure);
  const { code, message, ec } = answer.refusal;
  if (code === "InvalidArgument") {
    const details = { ArgumentName: "x-oss-process", ArgumentValue: "" };
    throw new OssError(code, details, { message, ec });
  }
  throw new OssError(code, {}, { message, ec });
}

// In development tsx loads the TypeScript file.
function startProcess(): ChildProcess {
  const isSource = import.meta.url.endsWith(".ts");
  const file = new URL(isSource ? "./image-worker.ts" : "./image-worker.js", import.meta.url);
  const require = createRequire(import.meta.url);
  const loader = isSource ? ["--import", pathToFileURL(require.resolve("tsx")).href] : [];
  const conditions = isSource ? ["--conditions=@ossicle/source"] : [];
  return spawn(process.execPath, [...conditions, ...loader, fileURLToPath(file)], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    serialization: "advanced",
    // None of the store's environment, which may hold its secrets; fontconfig has its cache there.
    env: { HOME: homedir() },
  });
}
