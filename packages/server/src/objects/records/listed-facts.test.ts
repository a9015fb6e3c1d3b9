// The facts of a listing are those of the whole record.
import fc from "fast-check";
import { expect, test } from "vitest";
import { headRecords } from "./key-space.ts";
import { type ObjectRecord, placeRecord } from "./records.ts";
import { type ListedFacts, listedFacts } from "./listed-facts.ts";

const hex = (length: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`));
const maybe = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: undefined });

const record: fc.Arbitrary<ObjectRecord> = fc.record({
  id: hex(32),
  order: fc.nat(Number.MAX_SAFE_INTEGER),
  modifiedMs: fc.nat(4e12),
  versioned: maybe(fc.constant(true as const)),
  nullPlace: maybe(hex(24)),
  deleteMarker: maybe(fc.constant(true as const)),
  size: fc.nat(Number.MAX_SAFE_INTEGER),
  etag: fc.oneof(hex(32), fc.string()),
  crc64: fc.bigInt(0n, 2n ** 64n - 1n).map(String),
  contentMd5: maybe(fc.base64String()),
  type: fc.constantFrom("Normal", "Multipart", "Appendable", "Symlink"),
  storageClass: fc.constantFrom("Standard", "IA", "Archive", "ColdArchive", "DeepColdArchive"),
  contentType: fc.string(),
  headers: maybe(fc.dictionary(fc.string(), fc.string())),
  restore: maybe(fc.record({ readyMs: fc.nat(), expiresMs: fc.nat() })),
  transitionedMs: maybe(fc.nat(4e12)),
});

const encode = (one: ObjectRecord): Buffer => headRecords.encode(placeRecord(one, one));

function shown(facts: ListedFacts): ListedFacts {
  const { modifiedMs, deleteMarker, size, etag, type, storageClass } = facts;
  const isArchived = !["Standard", "IA"].includes(storageClass);
  const restore = isArchived ? facts.restore : undefined;
  const transitionedMs = isArchived ? facts.transitionedMs : undefined;
  return { modifiedMs, deleteMarker, size, etag, type, storageClass, restore, transitionedMs };
}

test("the facts are those of the decoded record", () => {
  fc.assert(
    fc.property(record, (one) => {
      const value = encode(one);
      expect(shown(listedFacts(value))).toEqual(shown(headRecords.decode(value)));
    }),
  );
});

test("the rest of an ordinary record is not read", () => {
  const [one] = fc.sample(record, { numRuns: 1, seed: 1 });
  if (one === undefined) throw new Error("there is no sample");
  const value = encode({ ...one, etag: "A".repeat(32), storageClass: "Standard" });
  const beginning = value.subarray(0, value.indexOf('"contentType"'));
  expect(listedFacts(beginning)).toMatchObject({ size: one.size, storageClass: "Standard" });
});

test("a record with another order of fields is decoded", () => {
  const value = Buffer.concat([
    Buffer.of(1),
    Buffer.from(
      '{"id":"1","order":1,"modifiedMs":2,"size":3,"etag":"E","crc64":"4","type":"Normal",' +
        '"deleteMarker":true,"storageClass":"Standard"}',
    ),
  ]);
  expect(shown(listedFacts(value))).toMatchObject({ size: 3, deleteMarker: true });
});

test("a record of an unknown format is refused", () => {
  const value = Buffer.concat([Buffer.of(2), Buffer.from("{}")]);
  expect(() => listedFacts(value)).toThrow("record format 2 is unknown");
});
