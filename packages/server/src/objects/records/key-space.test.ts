// The key space: keys have the order of their parts, are read back, and have the bytes that stores
// hold.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { jobKey, jobsDueBefore } from "./jobs.ts";
import {
  accessKeyRecords,
  bucketRecords,
  configRecords,
  deliveryRecords,
  encryptionKeyRecords,
  failureRecords,
  garbageRecords,
  gateRecords,
  headRecords,
  hiddenRecords,
  intentRecords,
  jobRecords,
  type KeyLetter,
  keySpace,
  nonceRecords,
  pageRecords,
  principalRecords,
  partRecords,
  referenceRecords,
  serverRecords,
  uploadRecords,
  versionRecords,
} from "./key-space.ts";
import type { KeyRange } from "./record-kind.ts";
import { manifestOwner } from "./references.ts";
import { versionPlace } from "./version-id.ts";

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const bucket = bytes(8);
const key = fc.string({ unit: "binary", maxLength: 40 }).filter((one) => one.isWellFormed());
const sixteen = bytes(16);
const rest = fc.uint8Array({ maxLength: 40 });
const count = fc.nat(Number.MAX_SAFE_INTEGER);

type Part = string | number | Uint8Array;

/** A kind of record as far as its parts are concerned. */
interface Kind {
  readonly letter: string;
  key(...parts: readonly unknown[]): Uint8Array;
  partsOf(key: Uint8Array): readonly unknown[];
  range(...leading: readonly unknown[]): KeyRange;
}

/** Parts for each kind whose texts are ordered by their bytes. */
const kinds: readonly (readonly [Kind, fc.Arbitrary<readonly Part[]>])[] = [
  [bucketRecords, fc.tuple(key)],
  [gateRecords, fc.tuple(bucket)],
  [accessKeyRecords, fc.tuple(key)],
  [nonceRecords, fc.tuple(rest)],
  [headRecords, fc.tuple(bucket, key)],
  [versionRecords, fc.tuple(bucket, key, bytes(12))],
  [uploadRecords, fc.tuple(bucket, key, sixteen)],
  [partRecords, fc.tuple(sixteen, fc.nat(65_535))],
  [pageRecords, fc.tuple(sixteen, count)],
  [intentRecords, fc.tuple(sixteen)],
  [referenceRecords, fc.tuple(sixteen, rest)],
  [garbageRecords, fc.tuple(sixteen)],
  [hiddenRecords, fc.tuple(bucket, rest)],
  [deliveryRecords, fc.tuple(rest)],
  [failureRecords, fc.tuple(bucket, rest)],
];

function comparePart(one: Part, other: Part): number {
  if (typeof one === "number" || typeof other === "number") return Number(one) - Number(other);
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

function compareParts(one: readonly Part[], other: readonly Part[]): number {
  for (const [at, part] of one.entries()) {
    const order = comparePart(part, other[at] ?? 0);
    if (order !== 0) return Math.sign(order);
  }
  return 0;
}

const isInside = (encoded: Uint8Array, { from, to }: KeyRange): boolean =>
  Buffer.compare(encoded, from) >= 0 && Buffer.compare(encoded, to) < 0;

describe.each(kinds.map(([kind, parts]) => ({ name: kind.letter, kind, parts })))(
  "keys of kind $name",
  ({ kind, parts }) => {
    test("are decoded to the same parts", () => {
      fc.assert(
        fc.property(parts, (one) => {
          expect(kind.partsOf(kind.key(...one))).toEqual(one);
        }),
      );
    });

    test("have the order of their parts", () => {
      fc.assert(
        fc.property(parts, parts, (one, other) => {
          const order = Math.sign(Buffer.compare(kind.key(...one), kind.key(...other)));
          expect(order).toBe(compareParts(one, other));
        }),
      );
    });

    test("lie in the range of their first part, and keys with another first part do not", () => {
      fc.assert(
        fc.property(parts, parts, (one, other) => {
          const [first = ""] = one;
          const isSame = comparePart(first, other[0] ?? "") === 0;
          const range = one.length > 1 ? kind.range(first) : kind.range();
          expect(isInside(kind.key(...one), range)).toBe(true);
          expect(isInside(kind.key(...other), range)).toBe(one.length === 1 || isSame);
        }),
      );
    });
  },
);

test("jobs that are due before a time are a range", () => {
  const time = fc.nat(2 ** 47);
  fc.assert(
    fc.property(time, time, bytes(12), (dueMs, nowMs, id) => {
      const encoded = jobKey(dueMs, "delivery", id);
      expect(isInside(encoded, jobsDueBefore(nowMs))).toBe(dueMs < nowMs);
      expect(jobRecords.partsOf(encoded)).toEqual([0, dueMs, "delivery", id]);
    }),
  );
});

test("a key whose parts have the wrong length can be neither encoded nor decoded", () => {
  expect(() => gateRecords.key(Buffer.alloc(7))).toThrow(/B has 7 bytes, not 8/);
  expect(() => partRecords.partsOf(Buffer.from("p1234"))).toThrow(/kind p is too short/);
  const job = jobKey(1, "delivery", Buffer.alloc(12));
  job[8] = 9;
  expect(() => jobRecords.partsOf(job)).toThrow(/kind 9 is not known/);
  const long = Buffer.concat([gateRecords.key(Buffer.alloc(8)), Buffer.of(1)]);
  expect(() => gateRecords.partsOf(long)).toThrow(/of kind g has 1 bytes too many/);
  expect(() => intentRecords.partsOf(garbageRecords.key(Buffer.alloc(16)))).toThrow(
    /of kind i begins with another letter/,
  );
  const version = versionRecords.key(Buffer.alloc(8), "a", Buffer.alloc(12));
  version[11] = 2; // the end mark's second byte
  expect(() => versionRecords.partsOf(version)).toThrow(/key has no end/);
});

// What stores hold since format 1. A change here makes them unreadable.
test("every kind of key has the bytes of format 1", () => {
  const b = Buffer.from("0102030405060708", "hex");
  const id = Buffer.from("00112233445566778899aabbccddeeff", "hex");
  const delivery = Buffer.from("a0a1a2a3a4a5a6a7a8a9aaab", "hex");
  const place = versionPlace(1_700_000_000_000_123, id.toString("hex"));
  const keys: Readonly<Record<KeyLetter, Buffer>> = {
    s: serverRecords.key("account"),
    b: bucketRecords.key("photos"),
    g: gateRecords.key(b),
    c: configRecords.key(b, "acl"),
    a: accessKeyRecords.key("LTAI"),
    k: encryptionKeyRecords.key("store"),
    m: principalRecords.key("group", "staff"),
    n: nonceRecords.key(id),
    o: headRecords.key(b, "a\0é"),
    v: versionRecords.key(b, "a\0é", place),
    u: uploadRecords.key(b, "a\0é", id),
    p: partRecords.key(id, 10_000),
    x: pageRecords.key(id, 2 ** 40 + 5),
    i: intentRecords.key(id),
    r: referenceRecords.key(id, manifestOwner(id, 3)),
    z: garbageRecords.key(id),
    w: hiddenRecords.key(b, delivery),
    l: deliveryRecords.key(delivery),
    q: jobKey(1_700_000_000_123, "purge-upload", id),
    f: failureRecords.key(b, delivery),
  };
  expect(Object.keys(keys).toSorted()).toEqual(Object.keys(keySpace).toSorted());
  const hex = Object.entries(keys).map(([letter, bytes]) => [letter, bytes.toString("hex")]);
  expect(Object.fromEntries(hex)).toEqual({
    s: "736163636f756e74",
    b: "6270686f746f73",
    g: "670102030405060708",
    c: "63010203040506070861636c",
    a: "614c544149",
    k: "6b73746f7265",
    m: "6d027374616666",
    n: "6e00112233445566778899aabbccddeeff",
    o: "6f01020304050607086100c3a9",
    v: "7601020304050607086100ffc3a900010019f5dbe7e1bf84ccddeeff",
    u: "7501020304050607086100ffc3a9000100112233445566778899aabbccddeeff",
    p: "7000112233445566778899aabbccddeeff2710",
    x: "7800112233445566778899aabbccddeeff0000010000000005",
    i: "6900112233445566778899aabbccddeeff",
    r: "7200112233445566778899aabbccddeeff00112233445566778899aabbccddeeff0003",
    z: "7a00112233445566778899aabbccddeeff",
    w: "770102030405060708a0a1a2a3a4a5a6a7a8a9aaab",
    l: "6ca0a1a2a3a4a5a6a7a8a9aaab",
    q: "7100018bcfe5687b0300112233445566778899aabbccddeeff",
    f: "660102030405060708a0a1a2a3a4a5a6a7a8a9aaab",
  });
});
