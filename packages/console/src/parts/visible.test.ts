// Characters that change how a key is drawn are shown as their code points.
import { expect, test } from "vitest";
import { visible } from "./visible.ts";

test.each([
  ["photo\u202Egpj.exe", "photo⟨U+202E⟩gpj.exe"],
  ["a\nb\u200Bc", "a⟨U+000A⟩b⟨U+200B⟩c"],
  ["报告 é", "报告 é"],
])("%j is shown as %j", (text, shown) => {
  expect(visible(text)).toBe(shown);
});
