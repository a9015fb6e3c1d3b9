// Reads a slice of a blob's file, chunk by chunk.
import type { FileHandle } from "node:fs/promises";
import { isDirectRefusal } from "./direct.ts";
import { BlobMissingError, type BlobSlice, type LendChunk } from "../blob-store.ts";

/** Bytes of one read: large enough to keep the disk busy, small enough to start soon. */
const readChunkBytes = 262_144;

/** Alignment of memory, position and length that reads past the page cache need: a page. */
const directAlignment = 4_096;

/** A file that is open for reading. */
export interface ReadableFile {
  readonly handle: FileHandle;
  /** The same file, opened for reads past the page cache, and where these begin. */
  readonly direct?: { readonly handle: FileHandle; readonly from: number } | undefined;
}

/** How many chunks are read ahead. Past the page cache, the system reads none ahead by itself. */
const chunksAhead = { cached: 1, direct: 2 } as const;

/** A chunk that has been read, or is being read. */
interface ReadChunk {
  readonly bytes: Promise<Uint8Array>;
  /** Whether memory is scarce: less was lent than wanted. Then nothing is read ahead. */
  readonly isShort: boolean;
  readonly giveBack: () => void;
}

const done = { done: true, value: undefined } as const;

/**
 * Reads a slice of an open file, and closes the file at the end. The next chunks are read while the
 * caller sends one. Whole chunks are read past the page cache where the file is open for that. A
 * chunk's memory may be used for other bytes once the caller has called next() or return(). Throws
 * BlobMissingError when the file is too short.
 */
export function readSlice(
  file: ReadableFile,
  slice: BlobSlice,
  lend: LendChunk | undefined,
): AsyncIterableIterator<Uint8Array> {
  // This is not a generator: `return()` on a generator that never started would not close the file.
  const end = slice.offset + slice.length;
  const reader = new ChunkReader(file);
  const most = file.direct === undefined ? chunksAhead.cached : chunksAhead.direct;
  let position = slice.offset;
  let current: ReadChunk | undefined;
  let ahead: ReadChunk[] = [];
  let closing: Promise<void> | undefined;
  const read = (): ReadChunk => {
    const wanted = Math.min(reader.chunkAt(position), end - position);
    const loan = lend?.(wanted);
    const buffer = loan?.buffer ?? Buffer.allocUnsafeSlow(wanted);
    const chunk = buffer.subarray(0, wanted);
    const bytes = reader.fill(chunk, position, loan?.isAligned === true);
    bytes.catch(() => undefined); // reported when the chunk's turn comes
    position += chunk.length;
    return { bytes, isShort: chunk.length < wanted, giveBack: () => loan?.end() };
  };
  const readAhead = (newest: ReadChunk): void => {
    if (newest.isShort || position >= end || ahead.length >= most) return;
    const next = read();
    ahead.push(next);
    readAhead(next);
  };
  const close = (): Promise<void> => {
    closing ??= (async () => {
      const open = current === undefined ? ahead : [current, ...ahead];
      [current, ahead] = [undefined, []];
      await Promise.allSettled(open.map((chunk) => chunk.bytes));
      for (const chunk of open) chunk.giveBack();
      await reader.close();
    })();
    return closing;
  };
  const iterator: AsyncIterableIterator<Uint8Array> = {
    [Symbol.asyncIterator]: () => iterator,
    next: async () => {
      current?.giveBack();
      current = undefined;
      if (closing !== undefined || (ahead.length === 0 && position >= end)) {
        await close();
        return done;
      }
      try {
        current = ahead.shift() ?? read();
        const value = await current.bytes;
        if (closing !== undefined) return done; // by return(), while the chunk was read
        readAhead(ahead.at(-1) ?? current);
        return { done: false, value };
      } catch (cause) {
        await close();
        throw cause;
      }
    },
    return: async () => {
      await close();
      return done;
    },
  };
  return iterator;
}

/** Fills buffers from a file, past the page cache where it may. */
class ChunkReader {
  readonly #file: ReadableFile;
  #mayReadDirectly: boolean;

  constructor(file: ReadableFile) {
    this.#file = file;
    this.#mayReadDirectly = file.direct !== undefined;
  }

  /** Bytes of a chunk. The first one ends at a page, so that the others begin there. */
  chunkAt(position: number): number {
    return readChunkBytes - (this.#mayReadDirectly ? position % directAlignment : 0);
  }

  /** Fills the buffer. Throws BlobMissingError when the file ends before. */
  async fill(buffer: Uint8Array, position: number, isAligned: boolean): Promise<Uint8Array> {
    let filled = isAligned ? await this.#readDirectly(buffer, position) : 0;
    while (filled < buffer.length) {
      const length = buffer.length - filled;
      const { bytesRead } = await this.#file.handle.read(buffer, filled, length, position + filled);
      if (bytesRead === 0) throw new BlobMissingError("a blob is shorter than its record says");
      filled += bytesRead;
    }
    return buffer;
  }

  // Returns the bytes read, which may be fewer than the buffer has; 0 where a direct read is not
  // possible.
  async #readDirectly(buffer: Uint8Array, position: number): Promise<number> {
    const { direct } = this.#file;
    const isWhole = buffer.length === readChunkBytes && position % directAlignment === 0;
    if (!this.#mayReadDirectly || direct === undefined || !isWhole) return 0;
    if (position < direct.from) return 0;
    try {
      return (await direct.handle.read(buffer, 0, buffer.length, position)).bytesRead;
    } catch (cause) {
      if (!isDirectRefusal(cause)) throw cause;
      this.#mayReadDirectly = false;
      return 0;
    }
  }

  async close(): Promise<void> {
    const { handle, direct } = this.#file;
    const closed = await Promise.allSettled([handle.close(), direct?.handle.close()]);
    for (const one of closed) if (one.status === "rejected") throw one.reason;
  }
}
