// The head of a key: its current version, or a delete marker.
import type { Entry } from "@ossicle/store";
import { headRecords, type versionRecords } from "./key-space.ts";
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

/** Reads the entry of a head, or of a noncurrent version. */
export function decodeHead(
  entry: Entry,
  withPayload = true,
  kind: typeof headRecords | typeof versionRecords = headRecords,
): Head {
  return {
    version: entry.version,
    record: kind.decode(entry.value),
    payload: withPayload ? entry.payload : "not read",
  };
}
