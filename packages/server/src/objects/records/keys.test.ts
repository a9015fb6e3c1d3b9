// The key space: order of encoded keys is the order of what they encode.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bucketRange, headKey, jobKey, jobRange, keyOfHead, parseJobKey } from "./keys.ts";

const id = fc.uint8Array({ minLength: 8, maxLength: 8 }).filter(([first = 0]) => first < 0xff);
const key = fc.string({ unit: "binary", maxLength: 40 }).filter((one) => one.isWellFormed());

describe("the key space", () => {
  test("object keys keep their byte order, and come back", () => {
    fc.assert(
      fc.property(id, key, key, (bucket, left, right) => {
        const order = Math.sign(Buffer.compare(Buffer.from(left), Buffer.from(right)));
        expect(Math.sign(Buffer.compare(headKey(bucket, left), headKey(bucket, right)))).toBe(
          order,
        );
        expect(keyOfHead(headKey(bucket, left))).toBe(left);
      }),
    );
  });

  test("a bucket's range holds its keys and no other bucket's", () => {
    fc.assert(
      fc.property(id, id, key, (bucket, other, one) => {
        const { from, to } = bucketRange("o", bucket);
        const inside = (encoded: Uint8Array): boolean =>
          Buffer.compare(encoded, from) >= 0 && Buffer.compare(encoded, to) < 0;
        expect(inside(headKey(bucket, one))).toBe(true);
        expect(inside(headKey(other, one))).toBe(Buffer.from(other).equals(bucket));
      }),
    );
  });

  test("jobs are ordered by the time they are due", () => {
    const time = fc.nat(2 ** 47);
    const job = fc.uint8Array({ minLength: 12, maxLength: 12 });
    fc.assert(
      fc.property(time, time, job, (dueMs, nowMs, one) => {
        const encoded = jobKey(dueMs, "delivery", one);
        const { from, to } = jobRange(nowMs);
        const isDue = Buffer.compare(encoded, from) >= 0 && Buffer.compare(encoded, to) < 0;
        expect(isDue).toBe(dueMs < nowMs);
        expect(parseJobKey(encoded)).toEqual({ dueMs, kind: "delivery", id: one });
      }),
    );
  });
});
