// The error that lists every mistake of an operator.

/** Settings or arguments have mistakes; the message lists all of them. */
export class ConfigurationError extends Error {
  override readonly name: string = "ConfigurationError";
  readonly mistakes: readonly string[];

  constructor(mistakes: readonly string[], options?: ErrorOptions) {
    super(
      mistakes.length === 1
        ? mistakes.join()
        : `${mistakes.length} mistakes:\n${mistakes.map((one) => `  - ${one}`).join("\n")}`,
      options,
    );
    this.mistakes = mistakes;
  }
}
