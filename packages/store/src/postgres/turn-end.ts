// Work that is done once at the end of a turn of the event loop, so that calls of one turn go
// together.

/** Runs some work at the end of each turn in which it was requested. */
export class TurnEnd {
  readonly #work: () => void;
  #isRequested = false;

  constructor(work: () => void) {
    this.#work = work;
  }

  request(): void {
    if (this.#isRequested) return;
    this.#isRequested = true;
    setImmediate(() => {
      this.#isRequested = false;
      this.#work();
    });
  }
}
