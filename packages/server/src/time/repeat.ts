// Background work of one process: again and again, never twice at a time, and waited for when the
// server stops.

/** Work that is done at intervals. It reports its own failures: a rejection ends the process. */
export class Repeat {
  readonly #work: () => Promise<void>;
  readonly #everyMs: number;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;

  constructor(everyMs: number, work: () => Promise<void>) {
    this.#everyMs = everyMs;
    this.#work = work;
  }

  /** Starts the intervals; they do not keep the process alive. */
  start(): void {
    this.#timer = setInterval(() => {
      this.#running ??= this.#work().finally(() => {
        this.#running = undefined;
      });
    }, this.#everyMs);
    this.#timer.unref();
  }

  /** Begins nothing more, and waits for what is under way. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }
}
