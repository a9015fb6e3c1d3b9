// Chunks are freed only where nothing else uses their memory.
import { expect, test } from "vitest";
import { freeChunk } from "./free-chunk.ts";

test("a chunk with memory of its own has no bytes afterwards", () => {
  const chunk = Buffer.allocUnsafeSlow(65_536);
  freeChunk(chunk);
  expect(chunk).toHaveLength(0);
  freeChunk(chunk); // does nothing
});

test("a part of a larger buffer keeps its bytes", () => {
  const whole = Buffer.from(new ArrayBuffer(8));
  freeChunk(whole.subarray(0, 7));
  freeChunk(whole.subarray(1));
  expect(whole).toHaveLength(8);
});

test("shared memory stays as it is", () => {
  const shared = new Uint8Array(new SharedArrayBuffer(8));
  freeChunk(shared);
  expect(shared).toHaveLength(8);
});
