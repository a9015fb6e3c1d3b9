// Finds headers by name, ignoring case, in the header objects of Node, fetch and the frameworks.

/**
 * Finds a header's value. If it was sent several times, a Node record gives the first value, and
 * `Headers` gives all of them, joined by commas.
 */
export type HeaderFinder = (name: string) => string | undefined;

/** A `Headers`, or Node's record of headers. */
export type AnyHeaders = Headers | Readonly<Record<string, string | readonly string[] | undefined>>;

/** Makes a finder. Call it with names in lower case. */
export function headerFinder(headers: AnyHeaders): HeaderFinder {
  if (headers instanceof Headers) return (name) => headers.get(name) ?? undefined;
  const lower = new Map<string, string>();
  for (const [name, value] of Object.entries(headers)) {
    const text = typeof value === "string" ? value : value?.[0];
    if (text !== undefined) lower.set(name.toLowerCase(), text);
  }
  return (name) => lower.get(name);
}
