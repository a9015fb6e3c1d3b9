// Options that may be given several times.

/**
 * Gathers their values. Not commander's `<values...>`, which takes the command's arguments behind
 * the option as well.
 */
export function repeated(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
