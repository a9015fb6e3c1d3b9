// The records of a commit that adds an owner to a blob, or removes one.
import type { Put } from "@ossicle/store";
import { garbageRecords, idBytes, referenceRecords } from "./key-space.ts";

/** A reference to a blob by the object, part or manifest that owns it. */
export function referencePut(ref: Uint8Array, owner: Uint8Array): Put {
  return { key: referenceRecords.key(ref, owner), value: referenceRecords.encode({}) };
}

/** The mark of a blob that has lost a reference. */
export function garbagePut(ref: Uint8Array, nowMs: number): Put {
  return { key: garbageRecords.key(ref), value: garbageRecords.encode({ sinceMs: nowMs }) };
}

/** The owner of a manifest's reference to a blob: its id, and the part that brought the blob. */
export function manifestOwner(manifest: Uint8Array, partNumber: number): Buffer {
  const out = Buffer.alloc(idBytes + 2);
  out.set(manifest);
  out.writeUInt16BE(partNumber, idBytes);
  return out;
}
