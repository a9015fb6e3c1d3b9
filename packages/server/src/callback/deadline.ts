// Ends work that takes too long. `AbortSignal.timeout` would keep a timer and a signal for each callback's whole five seconds, however
// soon it is answered.

/** A time limit that can be lifted. */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;

  constructor(timeoutMs: number) {
    this.#timer = setTimeout(() => {
      this.#controller.abort(new DOMException(`${timeoutMs} ms have passed`, "TimeoutError"));
    }, timeoutMs);
  }

  /** Aborts with a TimeoutError when the time is over. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  lift(): void {
    clearTimeout(this.#timer);
  }
}
