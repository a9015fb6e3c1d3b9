// Every reason is explained, and the guide's table says the same.
import { readFileSync } from "node:fs";
import { refusalExplanations } from "@ossicle/protocol";
import { expect, test } from "vitest";

test("the guide's table holds every reason, word for word", () => {
  const guide = readFileSync(
    new URL("../../../docs/how-to/verify-callbacks.md", import.meta.url),
    "utf8",
  );
  const rows = guide.split("\n").filter((line) => /^\| `[a-z-]+` \|/.test(line));
  const expected = Object.entries(refusalExplanations).map(
    ([code, { summary, cause, remedy }]) => `| \`${code}\` | ${summary} | ${cause} | ${remedy} |`,
  );
  expect(rows).toEqual(expected);
  expect(rows.length).toBeGreaterThan(10);
});
