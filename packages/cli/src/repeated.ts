// Options that may be given several times.

/**
 * Collects the values of a repeated option. Commander's own `<values...>` would also take the
 * command's arguments that follow the option.
 */
export function repeated(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
