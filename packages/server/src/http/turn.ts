// Answers that are ready in one turn of the event loop leave together. Waking a client that sleeps
// costs more than answering it does, and one that is awake by the first of 64 answers need not be
// woken for the others (bench/README.md).

/** The present turn of the event loop. */
export class Turn {
  #end: Promise<void> | undefined;

  /** Resolves when all that was ready in this turn has been seen to. */
  end(): Promise<void> {
    this.#end ??= new Promise((resolve) => {
      setImmediate(() => {
        this.#end = undefined;
        resolve();
      });
    });
    return this.#end;
  }
}
