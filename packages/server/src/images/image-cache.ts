// Rendered images, up to a bound: the same image is often asked for again.
import { LRUCache } from "lru-cache";
import type { ImageResult } from "./image-job.ts";

/** Most bytes of results in memory, with their keys. */
const maxBytes = 33_554_432;

/** The results by what they were made from. */
export class ImageCache {
  readonly #results = new LRUCache<string, ImageResult>({
    maxSize: maxBytes,
    sizeCalculation: ({ bytes }, key) => bytes.length + 2 * key.length + 256,
  });
  /** Results that are being made: equal requests wait for one of them. */
  readonly #making = new Map<string, Promise<ImageResult>>();

  /** The result under a key; `make` makes it where there is none. */
  async get(key: string, make: () => Promise<ImageResult>): Promise<ImageResult> {
    const known = this.#results.get(key);
    if (known !== undefined) return known;
    const made = this.#making.get(key) ?? this.#make(key, make);
    return made;
  }

  async #make(key: string, make: () => Promise<ImageResult>): Promise<ImageResult> {
    const making = make();
    this.#making.set(key, making);
    try {
      const made = await making;
      this.#results.set(key, made);
      return made;
    } finally {
      this.#making.delete(key);
    }
  }
}
