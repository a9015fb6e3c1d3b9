// The head of a key: its current version, or a delete marker.
import type { Entry } from "@ossicle/store";
import { headRecords } from "./key-space.ts";
import type { ObjectRecord } from "./records.ts";

/** The current version of a key. */
export interface Head {
  readonly version: number;
  readonly record: ObjectRecord;
  /** A small body; undefined when the bytes are elsewhere. */
  readonly payload: Uint8Array | "not read" | undefined;
}

/** The small body of a head. Throws when the look-up did not read it. */
export function payloadOf({ payload }: Pick<Head, "payload">): Uint8Array | undefined {
  if (payload === "not read") throw new Error("the look-up did not read the payload");
  return payload;
}

/** Reads a head's entry. */
export function decodeHead(entry: Entry, withPayload = true): Head {
  return {
    version: entry.version,
    record: headRecords.decode(entry.value),
    payload: withPayload ? entry.payload : "not read",
  };
}
