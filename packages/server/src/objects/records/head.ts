// The head of a key: its current version, or a delete marker.
import type { Entry } from "@ossicle/store";
import { decodeRecord, type ObjectRecord } from "./records.ts";

/** The current version of a key. */
export interface Head {
  readonly version: number;
  readonly record: ObjectRecord;
  /** A small body; undefined when the bytes are elsewhere. */
  readonly payload: Uint8Array | "spared" | undefined;
}

/** A small body of a head whose look-up did not spare it. */
export function payloadOf({ payload }: Pick<Head, "payload">): Uint8Array | undefined {
  if (payload === "spared") throw new Error("the look-up spared the payload");
  return payload;
}

/** Reads a head's entry. */
export function decodeHead(entry: Entry, sparedPayload = false): Head {
  return {
    version: entry.version,
    record: decodeRecord<ObjectRecord>(entry.value),
    payload: sparedPayload ? "spared" : entry.payload,
  };
}
