// Keys of objects that may still appear.
import { expect, test } from "vitest";
import { UnsettledKeys } from "./unsettled-keys.ts";

test("a key is unsettled for ten minutes after it was added last", () => {
  let nowMs = 0;
  const keys = new UnsettledKeys(() => nowMs);
  keys.add("one");
  nowMs = 500_000;
  keys.add("two");
  keys.add("one");
  nowMs = 1_000_000;
  expect([keys.has("one"), keys.has("two"), keys.has("three")]).toEqual([true, true, false]);
  nowMs = 1_100_001;
  expect([keys.has("one"), keys.has("two")]).toEqual([false, false]);
});
