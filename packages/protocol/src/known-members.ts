// TypeScript refuses an unknown member, and JavaScript does not. Without this check a misspelt
// `callback` would be ignored silently.

/**
 * Throws TypeError if `value` has a member that `known` lacks. The message names the value as
 * `what`.
 */
export function requireKnown(what: string, value: object, known: object): void {
  for (const name in value) {
    if (!(name in known)) throw new TypeError(`${what} has no ${name}`);
  }
}
