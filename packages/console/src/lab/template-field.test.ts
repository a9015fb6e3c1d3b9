// Variables are offered behind `${`, and put in place of what was typed.
import { expect, test } from "vitest";
import { typedVariable, withVariable } from "./template-field.tsx";

test.each([
  ["o=${", 4, ""],
  ["o=${obj", 7, "obj"],
  ["o=${object}", 11, undefined],
  ["o=$", 3, undefined],
  ["o=${x:us&", 8, "x:us"],
  ["o=${imageInfo.w", 15, "imageInfo.w"],
])("in %j at %i, %j is being typed", (text, caret, typed) => {
  expect(typedVariable(text, caret)).toBe(typed);
});

test.each([
  ["o=${obj", 7, "object", "o=${object}", 11],
  ["o=${obj}&s=1", 7, "object", "o=${object}&s=1", 11],
  ["a&b", 1, "size", "a${size}&b", 8],
  ["{a}", 2, "size", "{a${size}}", 9],
])("in %j at %i, the variable %s makes %j", (text, caret, name, made, at) => {
  expect(withVariable(text, caret, name)).toEqual({ text: made, caret: at });
});
