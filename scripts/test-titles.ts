// Reads the titles of tests from their source. A title includes those of the describe blocks around
// the test, as reporters print it.

/** A test as a reporter names it. */
export interface TestTitle {
  /** Titles of the describe blocks around it, the outermost first, then its own. */
  readonly words: string;
  /** Its own title. */
  readonly title: string;
  readonly line: number;
}

/**
 * A call with a title: without a table, after a table on the same line, or after a longer table.
 */
const calls = new RegExp(
  [
    String.raw`^( *)(?:(describe|test)(?:\.(?!each\b)\w+)*\(\s*`,
    String.raw`(describe|test)\.each.*\)\(\s*`,
    String.raw`[\])}]+(?: as const)?\)\(\s*)(?:"((?:[^"\\]|\\.)*)"|\x60([^\x60]*)\x60),`,
  ].join("|"),
  "gm",
);

/** Every test of a file. */
export function testTitles(source: string): readonly TestTitle[] {
  const lines = source.split("\n");
  const blocks: { readonly indent: number; readonly title: string }[] = [];
  const found: TestTitle[] = [];
  for (const match of source.matchAll(calls)) {
    const [, spaces = "", plain, table, quoted, templated] = match;
    const indent = spaces.length;
    const line = source.slice(0, match.index).split("\n").length;
    const title = (quoted ?? templated ?? "").replaceAll("\\", "");
    while ((blocks.at(-1)?.indent ?? -1) >= indent) blocks.pop();
    const kind = plain ?? table ?? beginningOf(lines.slice(0, line - 1), spaces);
    if (kind === "describe") blocks.push({ indent, title });
    if (kind === "test")
      found.push({ words: [...blocks.map((block) => block.title), title].join(" "), title, line });
  }
  return found;
}

// Finds the call that began a table: the last `describe.each` or `test.each` above at this
// indentation.
function beginningOf(above: readonly string[], spaces: string): string | undefined {
  const call = new RegExp(`^${spaces}(describe|test)\\.each`);
  return above.findLast((line) => call.test(line))?.match(call)?.[1];
}

const placeholder = /%[sdjo]|\$\w+|\$\{[^}]*\}/g;

/** A verb, by its ending or from a list: every sentence of behaviour has one. */
const verb = new RegExp(
  [
    "is|are|was|has|have|does|do|can|cannot|may|must|will|stays",
    String.raw`\w+[^su]s|\w+(?:ss|sh|ch|x|z)es|\w+ed`,
  ]
    .map((words) => String.raw`\b(?:${words})\b`)
    .join("|"),
);

/**
 * Whether a title has the form of a sentence: three words and a verb. A placeholder counts as two
 * words, because it stands for a phrase of a table. A title of its own that is only a placeholder
 * passes: its table holds the sentences.
 */
export function isSentence({ title, words }: TestTitle): boolean {
  if (title.replaceAll(placeholder, "").trim() === "") return true;
  const placeholders = words.match(placeholder)?.length ?? 0;
  const own = words.replaceAll(placeholder, "").split(/\s+/).filter(Boolean).length;
  return own + 2 * placeholders >= 3 && verb.test(words) && !words.endsWith(".");
}
