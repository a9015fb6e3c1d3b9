// The error that start-up gives an operator for a damaged file.

/**
 * A file of the store is missing or damaged. The message names the file, what is wrong with it, and
 * the remedy.
 */
export class DamagedStoreError extends Error {
  override readonly name: string = "DamagedStoreError";
  /** The file at fault. */
  readonly file: string;

  constructor(file: string, problem: string, remedy: string) {
    super(`${file} ${problem}. ${remedy}`);
    this.file = file;
  }
}

/** The remedy for a damaged file that only a backup can replace. */
export const restoreRemedy: string =
  "Restore a backup with `ossicle restore`, or point --data at another folder to start an " +
  "empty store.";
