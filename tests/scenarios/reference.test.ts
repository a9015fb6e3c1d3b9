// The pages of docs that are made from the program's tables.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { referencePages } from "../../scripts/reference-pages.ts";

const folder = new URL("../../docs/", import.meta.url);

test("the pages that are made from tables follow them: see npm run reference", () => {
  for (const [name, text] of referencePages()) {
    expect(readFileSync(new URL(name, folder), "utf8"), name).toBe(text);
  }
});
