// Version ids: 64 characters that say where a version is stored, so that no index is needed to find
// it. Clients treat them as opaque.
import { createHash } from "node:crypto";
import { idBytes, type VersionPlace, versionPlaceBytes } from "./key-space.ts";
import type { ObjectRecord } from "./records.ts";

/** The id of what was written while versioning was off or suspended. */
export const nullVersionId = "null";

const orderBytes = 8;
const checkBytes = 24;

/** Largest order, in microseconds: the largest integer that a double represents exactly. */
const maxOrder = Number.MAX_SAFE_INTEGER;

/** The place of a version, from its order and the hex of its id. */
export function versionPlace(order: number, id: string): VersionPlace {
  const place = Buffer.alloc(versionPlaceBytes);
  const inverted = maxOrder - order;
  place.writeUInt32BE(Math.floor(inverted / 2 ** 32), 0);
  place.writeUInt32BE(inverted % 2 ** 32, 4);
  place.write(id.slice(-8), 8, "hex"); // ids begin with a time, which versions may share
  return place;
}

/** The id of a version; `null` for one without an id of its own. */
export function versionIdOf(record: Pick<ObjectRecord, "versioned" | "order" | "id">): string {
  return record.versioned === true ? positionId(record) : nullVersionId;
}

/** An id that says where a version is stored, whether or not it is called `null`. */
export function positionId({ order, id }: Pick<ObjectRecord, "order" | "id">): string {
  const out = Buffer.alloc(orderBytes + idBytes + checkBytes);
  out.writeBigUInt64BE(BigInt(order));
  out.write(id, orderBytes, "hex");
  out.set(checkOf(out), orderBytes + idBytes);
  return out.toString("base64url");
}

/** A version id that has been read. */
export interface ParsedVersionId {
  readonly place: VersionPlace;
  readonly order: number;
  /** Id of the object record, hex. */
  readonly id: string;
}

/** Reads a version id; undefined when this store cannot have made it. */
export function parseVersionId(text: string): ParsedVersionId | undefined {
  if (!/^[\w-]{64}$/.test(text)) return undefined;
  const bytes = Buffer.from(text, "base64url");
  if (!checkOf(bytes).equals(bytes.subarray(orderBytes + idBytes))) return undefined;
  const order = Number(bytes.readBigUInt64BE());
  const id = bytes.toString("hex", orderBytes, orderBytes + idBytes);
  return { place: versionPlace(order, id), order, id };
}

function checkOf(bytes: Uint8Array): Buffer {
  return createHash("sha256")
    .update(bytes.subarray(0, orderBytes + idBytes))
    .digest()
    .subarray(0, checkBytes);
}
