// What a message to a thread takes along.
import { expect, test } from "vitest";
import { ownBytes } from "./piece-thread.ts";

test("bytes of a message do not take their whole buffer along", () => {
  const block = Buffer.alloc(1_000_000, "x").subarray(10, 20);
  const own = ownBytes(block);
  expect(structuredClone(own).buffer.byteLength).toBe(10);
  expect(structuredClone(block).buffer.byteLength).toBe(1_000_000); // so a copy is needed
  expect(Buffer.from(own).toString()).toBe("x".repeat(10));
});
