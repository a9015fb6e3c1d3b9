// The memory in which bytes travel from blobs to sockets: chunks of one size, made once, shared by
// all downloads of a process. A new buffer for each chunk would leave more garbage than bytes in
// use. It is memory of WebAssembly, which begins at a page, so that the blob store can read past
// the page cache.
import type { LendChunk } from "@ossicle/store";

/** Bytes of a chunk: as many as a blob store reads at a time. */
const chunkBytes = 262_144;

/**
 * Bytes of a read when every chunk is lent. Stalled clients then slow other downloads down, but do
 * not stop them.
 */
const smallReadBytes = 16_384;

const wasmPageBytes = 65_536;

// Node's types lack WebAssembly.
declare const WebAssembly: {
  readonly Memory: new (limits: { readonly initial: number; readonly maximum: number }) => {
    readonly buffer: ArrayBuffer;
  };
};

/** A bounded number of chunks. */
export class ChunkPool {
  readonly maxBytes: number;
  readonly #free: Uint8Array[] = [];
  readonly #memory: ArrayBuffer;
  #made = 0;

  /** The bytes are a multiple of a chunk's. */
  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
    // The system gives pages of this memory when they are used first.
    const pages = maxBytes / wasmPageBytes;
    this.#memory = new WebAssembly.Memory({ initial: pages, maximum: pages }).buffer;
  }

  /** Bytes of the chunks that are lent. */
  get used(): number {
    return (this.#made - this.#free.length) * chunkBytes;
  }

  /**
   * Lends a chunk. When every chunk is lent, or the reader needs little, it lends a small buffer of
   * its own, which the pool does not count.
   */
  readonly lend: LendChunk = (wantedBytes) => {
    const chunk = wantedBytes <= smallReadBytes ? undefined : this.#take();
    if (chunk === undefined) {
      const buffer = Buffer.allocUnsafeSlow(Math.min(wantedBytes, smallReadBytes));
      return { buffer, end: () => undefined };
    }
    return { buffer: chunk, isAligned: true, end: () => void this.#free.push(chunk) };
  };

  #take(): Uint8Array | undefined {
    const free = this.#free.pop();
    if (free !== undefined || (this.#made + 1) * chunkBytes > this.maxBytes) return free;
    this.#made += 1;
    return new Uint8Array(this.#memory, (this.#made - 1) * chunkBytes, chunkBytes);
  }
}
