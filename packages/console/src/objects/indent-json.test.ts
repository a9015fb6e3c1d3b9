// JSON is indented as JSON.stringify does it, but keeps its numbers and strings as they are.
import fc from "fast-check";
import { expect, test } from "vitest";
import { indentJson } from "./indent-json.ts";

test("any JSON is indented as JSON.stringify indents it", () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(JSON.parse(indentJson(text))).toEqual(JSON.parse(text));
      const compact = JSON.stringify(JSON.parse(text));
      expect(indentJson(compact)).toBe(JSON.stringify(JSON.parse(text), undefined, 2));
    }),
  );
});

test("numbers keep all their digits, and text that is not JSON stays", () => {
  expect(indentJson('{"crc":15203729564523187663,"v":1.0}')).toBe(
    '{\n  "crc": 15203729564523187663,\n  "v": 1.0\n}',
  );
  expect(indentJson('{"a":[],"b":{}}')).toBe('{\n  "a": [],\n  "b": {}\n}');
  expect(indentJson("{broken")).toBe("{broken");
});
