// A delivery's record for tests: an upload of a key named `k`, due and not yet sent.
import type { DeliveryRecord } from "../objects/records/delivery-record.ts";

/** Makes a record with default values, except those that a test changes. */
export function modelRecord(change: Partial<DeliveryRecord> = {}): DeliveryRecord {
  return {
    state: "due",
    createdMs: 0,
    bucket: "bucket",
    bucketId: "00".repeat(8),
    key: "k",
    operation: "PutObject",
    owner: "1",
    urls: ["http://a.com/cb"],
    sni: false,
    bodyType: "application/json",
    additionalHeaders: {},
    bodyBytes: 3,
    attempts: [],
    ...change,
  };
}
