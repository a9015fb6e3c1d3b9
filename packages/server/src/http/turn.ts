// Sends the answers that are ready in one turn of the event loop together. Waking a sleeping client
// costs more than answering it. A client that the first of 64 answers wakes need not be woken for
// the others (bench/README.md).

/** The present turn of the event loop. */
export class Turn {
  #end: Promise<void> | undefined;

  /** Resolves at the end of this turn, after the callbacks that were ready in it. */
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
