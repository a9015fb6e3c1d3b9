// Rendered images, up to a bound: the same image is often asked for again.
import { LRUCache } from "lru-cache";
import type { ImageResult } from "./image-job.ts";

/** Most bytes of results in memory. */
const maxBytes = 33_554_432;

/** The results by what they were made from. */
export class ImageCache {
  readonly #results = new LRUCache<string, ImageResult>({
    maxSize: maxBytes,
    sizeCalculation: ({ bytes }) => bytes.length + 256,
  });

  /** The result under a key; `make` makes it where there is none. */
  async get(key: string, make: () => Promise<ImageResult>): Promise<ImageResult> {
    const known = this.#results.get(key);
    if (known !== undefined) return known;
    const made = await make();
    this.#results.set(key, made);
    return made;
  }
}
