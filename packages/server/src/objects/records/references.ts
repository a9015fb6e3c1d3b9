// What is written when a blob gains or loses an owner.
import type { Put } from "@ossicle/store";
import { garbageKey, referenceKey } from "./keys.ts";
import { encodeRecord } from "./records.ts";

/** A reference to a blob by the object, part or manifest that owns it. */
export function referencePut(ref: Uint8Array, owner: Uint8Array): Put {
  return { key: referenceKey(ref, owner), value: encodeRecord({}) };
}

/** The mark of a blob that has lost a reference. */
export function garbagePut(ref: Uint8Array, nowMs: number): Put {
  return { key: garbageKey(ref), value: encodeRecord({ sinceMs: nowMs }) };
}
