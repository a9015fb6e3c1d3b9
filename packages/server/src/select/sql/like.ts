// LIKE: `%` and `*` stand for any characters, `?` for one, the escape character takes the next one
// literally (SelectObject documentation). Matching takes at most as many steps as the product of
// both lengths.

type Part = { readonly text: string } | "any" | "one";

/** Makes the test of a pattern. */
export function likeMatcher(pattern: string, escape?: string): (text: string) => boolean {
  const parts = partsOf(pattern, escape);
  return (text) => matches(parts, text);
}

function partsOf(pattern: string, escape: string | undefined): readonly Part[] {
  const parts: Part[] = [];
  const characters = Array.from(pattern);
  for (let at = 0; at < characters.length; at += 1) {
    const character = characters[at] ?? "";
    if (character === escape && at + 1 < characters.length) {
      at += 1;
      parts.push({ text: characters[at] ?? "" });
    } else if (character === "%" || character === "*") {
      if (parts.at(-1) !== "any") parts.push("any");
    } else parts.push(character === "?" ? "one" : { text: character });
  }
  return parts;
}

// When a part does not match, the last `any` takes one character more.
function matches(parts: readonly Part[], text: string): boolean {
  const characters = Array.from(text);
  let [at, part] = [0, 0];
  let retry: { readonly part: number; at: number } | undefined;
  while (at < characters.length) {
    const wanted = parts[part];
    if (wanted === "any") {
      retry = { part: part + 1, at };
      part += 1;
    } else if (wanted !== undefined && (wanted === "one" || wanted.text === characters[at])) {
      at += 1;
      part += 1;
    } else if (retry !== undefined) {
      retry.at += 1;
      ({ at, part } = retry);
    } else return false;
  }
  return parts.slice(part).every((rest) => rest === "any");
}
