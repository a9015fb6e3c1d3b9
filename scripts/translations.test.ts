// Translated pages name the state of the page that they translate. A page must be looked through
// again when its original has changed; then `OSSICLE_TRANSLATED=1 npx vitest run
// scripts/translations` writes the new state into it.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "./steps.ts";

// Pages that are made from tables, in both languages, cannot fall behind.
const isMade = (path: string): boolean =>
  readFileSync(join(root, path), "utf8").includes("<!-- Made by ");
const pages = [
  "README.zh-CN.md",
  ...readdirSync(join(root, "docs/zh-CN"))
    .map((name) => join("docs/zh-CN", name))
    .filter((path) => !isMade(path)),
];
const marking = process.env["OSSICLE_TRANSLATED"] === "1";
const mark = /^<!-- translates (\S+) at ([0-9a-f]{12}) -->\n/;

/** The state of a page: the beginning of its text's SHA-256. */
function stateOf(path: string): string {
  const text = readFileSync(join(root, path), "utf8");
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}

function codeBlocks(text: string): readonly string[] {
  return [...text.matchAll(/^```(?:sh|ts)\n([^]*?)^```/gm)].map(([, code = ""]) =>
    code.replaceAll(/#.*$/gm, "").replaceAll(/ +$/gm, ""),
  );
}

test.each(pages)("%s translates its original as it is now", (page) => {
  const text = readFileSync(join(root, page), "utf8");
  const [, original = "", state] = mark.exec(text) ?? [];
  const now = stateOf(original);
  if (marking) {
    const marked = text.replace(mark, `<!-- translates ${original} at ${now} -->\n`);
    writeFileSync(join(root, page), marked);
  } else expect(state, `${original} has changed: see scripts/translations.test.ts`).toBe(now);
  // Commands and programs are the same in both languages.
  expect(codeBlocks(text)).toEqual(codeBlocks(readFileSync(join(root, original), "utf8")));
});

test.each(pages)("%s has the punctuation of Chinese", (page) => {
  const text = readFileSync(join(root, page), "utf8")
    .replaceAll(/```[^]*?```|`[^`\n]*`|<!--.*?-->|\]\([^)]*\)/g, "")
    .split("\n");
  const half = text.filter((line) => /[\u4e00-\u9fff][,:;()]|[,:;()][\u4e00-\u9fff]/.test(line));
  expect(half).toEqual([]);
});
