// Remembers which bucket a name last named, so that a request can read everything at once and
// decode only what has changed. A hint is checked against the versions that were read, never
// trusted.
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

/** Bucket name to what it last stood for. */
export class BucketHints {
  readonly #hints = new LRUCache<string, BucketHint>({ max: maxHints });

  get(name: string): BucketHint | undefined {
    return this.#hints.get(name);
  }

  set(name: string, hint: BucketHint): void {
    this.#hints.set(name, hint);
  }
}
