// Processes that look at images, a few at a time.
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { LookAnswer, LookRequest } from "./look-process.ts";

const program = fileURLToPath(new URL("look-process.ts", import.meta.url));

/** Where the standard error of the processes goes. */
export type Stderr = "inherit" | "ignore";

/** A pool of processes that read images. */
export class Lookers {
  readonly #stderr: Stderr;
  readonly #idle: ChildProcess[] = [];
  readonly #waiting: ((child: ChildProcess) => void)[] = [];

  constructor(count: number, stderr: Stderr) {
    this.#stderr = stderr;
    for (let at = 0; at < count; at += 1) this.#idle.push(start(stderr));
  }

  /** Resolves when a process is free, with a function that has it read an image. */
  async free(): Promise<(request: LookRequest) => Promise<LookAnswer | string>> {
    const child =
      this.#idle.pop() ??
      (await new Promise<ChildProcess>((resolve) => {
        this.#waiting.push(resolve);
      }));
    return async (request) => {
      const found = await ask(child, request);
      this.#release(typeof found === "string" ? start(this.#stderr) : child);
      return found;
    };
  }

  #release(child: ChildProcess): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#idle.push(child);
    else next(child);
  }

  close(): void {
    for (const child of this.#idle) child.disconnect();
  }
}

function start(stderr: Stderr): ChildProcess {
  return fork(program, [], {
    execArgv: ["--conditions=@ossicle/source", "--import", "tsx"],
    stdio: ["ignore", "ignore", stderr, "ipc"],
  });
}

// Resolves with a text if the process ended.
function ask(child: ChildProcess, request: LookRequest): Promise<LookAnswer | string> {
  return new Promise((resolve) => {
    const ended = (code: number | null, signal: string | null): void => {
      resolve(`reading the image ended the process (${signal ?? code})`);
    };
    child.once("exit", ended);
    child.once("message", (answer) => {
      child.off("exit", ended);
      resolve(answer as LookAnswer);
    });
    child.send(request);
  });
}
