// The texts of the console: every one is used, and Chinese ones are Chinese. That no language lacks
// one is checked by the compiler.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { en } from "./en.ts";
import { zh } from "./zh.ts";

const sources = fileURLToPath(new URL("..", import.meta.url));

test("every text is used by a page", () => {
  const pages = readdirSync(sources, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name) && !name.startsWith("words"))
    .map((name) => readFileSync(`${sources}/${name}`, "utf8"))
    .join("\n");
  const groups = [en, en.uploads, en.objects, en.settings, en.lab, en.charts];
  const keys = groups.flatMap((group) => Object.keys(group));
  expect(keys.length).toBeGreaterThan(250);
  const unused = keys.filter((key) => !new RegExp(`\\.${key}\\b`).test(pages));
  expect(unused).toEqual([]);
});

test("every Chinese text has a Chinese character, unless it is a name", () => {
  const names = new Set(["accessKeyId", "accessKeySecret", "secured", "took", "sdk"]);
  const textsOf = (value: unknown, key: string): readonly (readonly [string, string])[] => {
    if (typeof value === "function") return [[key, (value as (one: 1, other: 1) => string)(1, 1)]];
    if (typeof value === "string") return [[key, value]];
    return Object.entries(value as object).flatMap(([name, one]) => textsOf(one, name));
  };
  const english = textsOf(zh, "").filter(
    ([key, text]) => !names.has(key) && !/\p{Script=Han}/u.test(text),
  );
  expect(english).toEqual([]);
});
