// The key space: order of encoded keys is the order of what they encode.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  accessKeyKey,
  bucketKey,
  bucketOfKey,
  bucketRange,
  deliveryOfFailure,
  deliveryOfHidden,
  failureKey,
  headKey,
  hiddenKey,
  jobKey,
  jobRange,
  keyOfHead,
  nameOfKey,
  ownerOfReference,
  parseJobKey,
  referenceKey,
  targetOfReference,
} from "./keys.ts";
import { partKey, partNumberOf, uploadKey, uploadOfPart, versionKey } from "./object-keys.ts";

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

  test("what a key holds is read back from it", () => {
    const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
    const owner = fc.uint8Array({ minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(id, key, bytes(12), bytes(16), owner, (bucket, text, twelve, sixteen, rest) => {
        expect(nameOfKey(bucketKey(text))).toBe(text);
        expect(nameOfKey(accessKeyKey(text))).toBe(text);
        for (const below of [
          headKey(bucket, text),
          versionKey(bucket, text, twelve),
          uploadKey(bucket, text, sixteen),
          hiddenKey(bucket, twelve),
        ]) {
          expect([...bucketOfKey(below)]).toEqual([...bucket]);
        }
        expect([...deliveryOfHidden(hiddenKey(bucket, twelve))]).toEqual([...twelve]);
        expect([...deliveryOfFailure(failureKey(bucket, twelve))]).toEqual([...twelve]);
        const reference = referenceKey(sixteen, rest);
        expect([...targetOfReference(reference)]).toEqual([...sixteen]);
        expect([...ownerOfReference(reference)]).toEqual([...rest]);
        const part = partKey(sixteen, 10_000);
        expect([[...uploadOfPart(part)], partNumberOf(part)]).toEqual([[...sixteen], 10_000]);
      }),
    );
  });
});
