// Indents JSON without reading its values, so that long numbers stay as they are.

/** The text with a line for each member. Text that is not JSON is returned as it is. */
export function indentJson(text: string): string {
  try {
    JSON.parse(text);
  } catch {
    return text;
  }
  // Strings, numbers and names as they stand; brackets, commas and colons; no blanks.
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[[\]{},:]|[^\s[\]{},:"]+/g) ?? [];
  let depth = 0;
  let made = "";
  const line = (): string => `\n${"  ".repeat(depth)}`;
  for (const [at, token] of tokens.entries()) {
    const opens = token === "{" || token === "[";
    const closes = token === "}" || token === "]";
    const isEmpty = closes && (tokens[at - 1] === "{" || tokens[at - 1] === "[");
    if (closes) depth -= 1;
    if (closes && !isEmpty) made += line();
    made += token;
    if (opens) depth += 1;
    const next = tokens[at + 1];
    if (token === "," || (opens && next !== "}" && next !== "]")) made += line();
    if (token === ":") made += " ";
  }
  return made;
}
