// Caches which bucket a name stood for last, so that a request reads everything in one snapshot and
// decodes only records that have changed. Every use of a hint compares its versions with those that
// were read.
import { LRUCache } from "lru-cache";
import type { BucketRecord, GateRecord } from "../records/records.ts";

/** Most names remembered. */
const maxHints = 10_000;

/** A bucket's records under their versions. */
export interface BucketHint {
  readonly id: Uint8Array;
  readonly record: BucketRecord;
  readonly recordVersion: number;
  readonly gate: GateRecord;
  readonly gateVersion: number;
}

/** The hints by bucket name. */
export class BucketHints {
  readonly #hints = new LRUCache<string, BucketHint>({ max: maxHints });

  get(name: string): BucketHint | undefined {
    return this.#hints.get(name);
  }

  set(name: string, hint: BucketHint): void {
    this.#hints.set(name, hint);
  }
}
