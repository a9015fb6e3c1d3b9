// TypeScript refuses a member that does not exist. JavaScript does not: without this check a
// misspelt `callback` would be left out without a word.

/** Throws TypeError for a member of `value` that `known` does not have; `what` names the value. */
export function requireKnown(what: string, value: object, known: object): void {
  for (const name in value) {
    if (!(name in known)) throw new TypeError(`${what} has no ${name}`);
  }
}
