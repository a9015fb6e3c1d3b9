// Remembers which bytes of large blobs were read lately. What is read again is worth keeping in the
// page cache; what is read once is not.
import type { BlobSlice } from "../blob-store.ts";

/** Most blobs that are remembered. A blob takes some 150 bytes. */
const maxBlobs = 4_096;

/** How far each blob was read lately. */
export class ReadBefore {
  /** By the blobs' names, the one that was read last at the end. */
  readonly #ends = new Map<string, number>();

  /**
   * Whether a part of the slice may have been read before. The slice counts as read from now on.
   * Slices that follow each other, like those of a download in ranges, are new each time.
   */
  add(name: string, { offset, length }: BlobSlice): boolean {
    const end = this.#ends.get(name) ?? 0;
    this.#ends.delete(name);
    this.#ends.set(name, Math.max(end, offset + length));
    const [oldest] = this.#ends.keys();
    if (this.#ends.size > maxBlobs && oldest !== undefined) this.#ends.delete(oldest);
    return offset < end;
  }
}
