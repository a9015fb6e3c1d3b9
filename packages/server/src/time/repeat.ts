// Runs background work at intervals in one process. Two runs never overlap, and a server that stops
// waits for the current run.

/**
 * Work that runs at intervals. It must handle its own failures, because a rejection ends the
 * process.
 */
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

  /** Stops the timer, and waits for the run that is under way. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }
}
