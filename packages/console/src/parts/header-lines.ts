// Headers as lines of text.

/** The lines of headers whose names and values stand in turn. */
export function headerLines(headers: readonly string[]): string {
  let lines = "";
  for (let at = 0; at < headers.length; at += 2) lines += `${headers[at]}: ${headers[at + 1]}\n`;
  return lines;
}
