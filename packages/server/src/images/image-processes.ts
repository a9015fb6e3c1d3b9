// The processes that render images. They are started when an image is first asked for, and end when
// none was for a while.
import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { fileURLToPath, pathToFileURL } from "node:url";
import { OssError } from "@ossicle/protocol";
import type { ImageAnswer, ImageJob, ImageResult } from "./image-job.ts";

/** Processes at the same time, for each worker of the store. A large image takes about 1 GB. */
const maxProcesses = 1;

/** Most jobs that wait. Beyond them the answer is 503. */
const maxWaiting = 64;

/** Longest time of a job, in milliseconds; its process is ended then. */
const jobTimeoutMs = 30_000;

/** How long a process stays without a job, in milliseconds. */
const idleMs = 60_000;

/** Reads what a job needs. It is called when a process is free, so that jobs wait without bytes. */
type Prepare = () => Promise<ImageJob>;

interface Waiting {
  readonly prepare: Prepare;
  readonly resolve: (result: ImageResult) => void;
  readonly reject: (cause: unknown) => void;
}

/** The processes. */
export class ImageProcesses {
  readonly #processes = new Set<RenderingProcess>();
  readonly #waiting: Waiting[] = [];
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

  /** Ends the processes. Jobs that wait are refused. */
  close(): void {
    this.#isClosing = true;
    for (const { reject } of this.#waiting.splice(0)) reject(new OssError("ServiceUnavailable"));
    for (const one of this.#processes) one.end();
  }

  #next(): void {
    if (this.#waiting.length === 0 || this.#isClosing) return;
    const free = [...this.#processes].find(({ isFree }) => isFree) ?? this.#start();
    const waiting = free === undefined ? undefined : this.#waiting.shift();
    if (free === undefined || waiting === undefined) return;
    void free
      .render(waiting.prepare)
      .then(waiting.resolve, waiting.reject)
      .finally(() => this.#next());
  }

  #start(): RenderingProcess | undefined {
    if (this.#processes.size >= maxProcesses) return undefined;
    const started = new RenderingProcess(() => {
      this.#processes.delete(started);
    });
    this.#processes.add(started);
    return started;
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
  #isBusy = false;
  #isEnding = false;
  #idle: NodeJS.Timeout | undefined;

  constructor(onEnd: () => void) {
    this.#child = startProcess();
    this.#child.unref();
    this.#child.channel?.unref();
    this.#child.once("exit", onEnd);
    this.#child.once("error", onEnd);
  }

  get isFree(): boolean {
    return !this.#isBusy && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  async render(prepare: Prepare): Promise<ImageResult> {
    this.#isBusy = true;
    clearTimeout(this.#idle);
    try {
      return resultOf(await this.#ask(await prepare()));
    } finally {
      this.#isBusy = false;
      this.#idle = setTimeout(() => this.end(), idleMs);
      this.#idle.unref();
    }
  }

  end(): void {
    this.#isEnding = true;
    clearTimeout(this.#idle);
    this.#child.kill("SIGKILL"); // it holds nothing but the job's memory
  }

  #ask(job: ImageJob): Promise<ImageAnswer> {
    const child = this.#child;
    return new Promise((resolve, reject) => {
      const done = (act: () => void): void => {
        clearTimeout(timer);
        child.off("message", onMessage);
        child.off("exit", onExit);
        act();
      };
      const onMessage = (answer: Partial<ImageAnswer>): void => {
        // The first message of a process says that it is ready.
        if (answer.id !== undefined) done(() => resolve(answer as ImageAnswer));
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
      child.send({ id: 1, job }, (cause) => {
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
