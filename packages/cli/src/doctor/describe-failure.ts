// Words for why something failed.

/** The code of a system error, or the message of another one. */
export function describeFailure(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  if (cause.cause !== undefined) return describeFailure(cause.cause);
  return "code" in cause && typeof cause.code === "string" ? cause.code : cause.message;
}
