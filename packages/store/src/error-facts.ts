// Reads properties of a thrown value of any realm. Jest runs modules in a realm of its own, where
// errors of Node are not `instanceof Error`.

/** The code of an error of the system or of Node: `ENOENT`. */
export function errorCode(cause: unknown): string | undefined {
  const code = memberOf(cause, "code");
  return typeof code === "string" ? code : undefined;
}

/** The name of an error: `TimeoutError`. */
export function errorName(cause: unknown): string | undefined {
  const name = memberOf(cause, "name");
  return typeof name === "string" ? name : undefined;
}

/** The message of an error, or any other thrown value as text. */
export function errorMessage(cause: unknown): string {
  const message = memberOf(cause, "message");
  return typeof message === "string" ? message : String(cause);
}

/** The cause of an error. */
export function errorCause(cause: unknown): unknown {
  return memberOf(cause, "cause");
}

/**
 * Whether the system refused a write for lack of space: a full disk, a quota, or a limit on file
 * size.
 */
export function isFullDisk(cause: unknown): boolean {
  return ["ENOSPC", "EDQUOT", "EFBIG"].includes(errorCode(cause) ?? "");
}

function memberOf(cause: unknown, name: string): unknown {
  return typeof cause === "object" && cause !== null ? Reflect.get(cause, name) : undefined;
}
