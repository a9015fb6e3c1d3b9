// Reads what a question to the ledger compares, without decoding the whole record: a ledger holds
// millions, and most of a record is the application's answer.
import { asBuffer } from "../../objects/records/as-buffer.ts";
import type { DeliveryRecord, DeliveryState } from "../../objects/records/delivery-record.ts";
import { deliveryRecords } from "../../objects/records/key-space.ts";

/** What a question compares. */
export type DeliveryFacts = Pick<DeliveryRecord, "state" | "bucket" | "key" | "urls">;

// The beginning of a record with one URL: its format byte, and the fields in the order in which
// `deliveryOf` names them. Text with a quote or an escape does not match.
const beginning = new RegExp(
  '^\u0001\\{"state":"(\\w+)","createdMs":\\d+,"bucket":"([^"\\\\]*)","bucketId":"\\w*",' +
    '"key":"([^"\\\\]*)","operation":"\\w*",(?:"requester":"[^"\\\\]*",)?"owner":"[^"\\\\]*",' +
    '"urls":\\["([^"\\\\]*)"\\]',
);

/** Longest beginning of a record that the pattern is tried on, in bytes. */
const beginningBytes = 2_048;

/** Reads the facts from a delivery's value. Throws on an unknown format. */
export function deliveryFacts(value: Uint8Array): DeliveryFacts {
  const found = beginning.exec(asBuffer(value).toString("utf8", 0, beginningBytes));
  if (found === null) return deliveryRecords.decode(value);
  const [, state, bucket = "", key = "", url = ""] = found;
  return { state: state as DeliveryState, bucket, key, urls: [url] }; // as `encode` wrote it
}
