// Remembers which id a bucket name had, so that a request can read everything in one go. A hint is checked, never trusted.
import { LRUCache } from "lru-cache";

/** Most names remembered. */
const maxHints = 10_000;

/** Bucket name to bucket id. */
export class BucketHints {
  readonly #ids = new LRUCache<string, Uint8Array>({ max: maxHints });

  get(name: string): Uint8Array | undefined {
    return this.#ids.get(name);
  }

  set(name: string, id: Uint8Array): void {
    this.#ids.set(name, id);
  }
}
