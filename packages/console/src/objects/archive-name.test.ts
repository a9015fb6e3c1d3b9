// Names in an archive lead nowhere but below the folder in which it is unpacked.
import { expect, test } from "vitest";
import { archiveName } from "./archive-name.ts";

test.each([
  ["a/b c.txt", "a/b c.txt"],
  ["报告/é.pdf", "报告/é.pdf"],
  ["../a", "_/a"],
  ["/a", "_/a"],
  ["a/..", "a/_"],
  ["a//./b", "a/_/_/b"],
  ["..\\..\\x.exe", ".._.._x.exe"],
  ["C:a", "C_a"],
  ["a\u0000b\n", "a_b_"],
])("%j becomes %j", (key, name) => {
  expect(archiveName(key)).toBe(name);
});
