// The facts of a delivery are those of its whole record.
import fc from "fast-check";
import { expect, test } from "vitest";
import { type DeliveryRecord, deliveryStates } from "../../objects/records/delivery-record.ts";
import { deliveryRecords } from "../../objects/records/key-space.ts";
import { modelRecord } from "../../testing/model-delivery.ts";
import { type DeliveryFacts, deliveryFacts } from "./delivery-facts.ts";

const text = fc.oneof(
  fc.stringMatching(/^[\w./-]{0,40}$/),
  fc.string({ unit: "binary", maxLength: 40 }).filter((one) => one.isWellFormed()),
);

const record: fc.Arbitrary<DeliveryRecord> = fc
  .record({
    state: fc.constantFrom(...deliveryStates),
    createdMs: fc.nat(4e12),
    bucket: fc.stringMatching(/^[a-z0-9-]{3,63}$/),
    key: text,
    requester: fc.option(fc.stringMatching(/^\d{1,20}$/), { nil: undefined }),
    urls: fc.array(
      text.map((path) => `http://a.com/${path}`),
      { maxLength: 3 },
    ),
    host: text,
  })
  .map(({ requester, ...change }) =>
    modelRecord({ ...change, ...(requester === undefined ? {} : { requester }) }),
  );

function compared({ state, bucket, key, urls }: DeliveryFacts): DeliveryFacts {
  return { state, bucket, key, urls };
}

test("the facts are those of the decoded record", () => {
  fc.assert(
    fc.property(record, (one) => {
      const value = deliveryRecords.encode(one);
      expect(compared(deliveryFacts(value))).toEqual(compared(one));
    }),
  );
});

test("the rest of an ordinary record is not read", () => {
  const value = deliveryRecords.encode(modelRecord({ key: "照片/1.jpg", state: "delivered" }));
  const beginning = value.subarray(0, value.indexOf(',"sni"'));
  expect(deliveryFacts(beginning)).toEqual({
    state: "delivered",
    bucket: "bucket",
    key: "照片/1.jpg",
    urls: ["http://a.com/cb"],
  });
});

test("a record with another order of fields is decoded", () => {
  const { state, ...rest } = modelRecord({ state: "failed" });
  const value = deliveryRecords.encode({ ...rest, state });
  expect(compared(deliveryFacts(value))).toEqual(compared({ ...rest, state }));
});
