// TypeScript refuses a member that does not exist. JavaScript does not: without this check a
// misspelt `callback` would be left out without a word.

/** Throws TypeError for a member of `value` that is none of `known`; `what` names the value. */
export function requireKnown(what: string, value: object, known: readonly string[]): void {
  for (const name in value) {
    if (known.includes(name)) continue;
    throw new TypeError(`${what} has no ${name}: it takes ${known.join(", ")}`);
  }
}
