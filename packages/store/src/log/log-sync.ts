// Makes the log durable. Callers that wait during a sync share the next one.
import type { LogFiles } from "./log-files.ts";
import type { LogEnd } from "./log-record.ts";

interface Waiting {
  readonly end: LogEnd;
  readonly resolve: () => void;
  readonly reject: (cause: unknown) => void;
}

/** Shares syncs of the log. */
export class LogSync {
  readonly #files: LogFiles;
  #durable: number;
  #waiting: Waiting[] = [];
  #isRunning = false;

  /** Everything before `durable` is durable already. */
  constructor(files: LogFiles, durable: number) {
    this.#files = files;
    this.#durable = durable;
  }

  /** Everything before this position is durable. */
  get durable(): number {
    return this.#durable;
  }

  /** Resolves when everything before `end` is durable. It must have been written before. */
  until(end: LogEnd): Promise<void> {
    if (end.position <= this.#durable) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#waiting.push({ end, resolve, reject });
      if (!this.#isRunning) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    while (this.#waiting.length > 0) {
      const group: Waiting[] = this.#waiting;
      this.#waiting = [];
      const { position, segment } = group
        .map((one) => one.end)
        .reduce((one, other) => (other.position > one.position ? other : one));
      try {
        // The segments before were synced before the log went on in this one.
        await this.#files.sync(segment);
        this.#durable = Math.max(this.#durable, position);
        for (const { resolve } of group) resolve();
      } catch (cause) {
        // What was written meanwhile may share a page with what is lost.
        for (const { reject } of [...group, ...this.#waiting.splice(0)]) reject(cause);
      }
    }
    this.#isRunning = false;
  }
}
