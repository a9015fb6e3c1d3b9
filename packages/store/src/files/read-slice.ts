// Reads a slice of a blob's file, chunk by chunk.
import type { FileHandle } from "node:fs/promises";
import { BlobMissingError, type BlobSlice, type ChunkLoan, type LendChunk } from "../blob-store.ts";

/** Bytes of one read: large enough to keep the disk busy, small enough to start soon. */
const readChunkBytes = 262_144;

/** A chunk that has been read, or is being read. */
interface ReadChunk {
  readonly bytes: Promise<Uint8Array>;
  readonly giveBack: () => void;
}

const done = { done: true, value: undefined } as const;

/**
 * Reads a slice of an open file, and closes the file at the end. The next chunk is read while the
 * caller sends one. A chunk's memory may be used for other bytes once the caller has called next()
 * or return(). Throws BlobMissingError when the file is too short.
 */
export function readSlice(
  handle: FileHandle,
  slice: BlobSlice,
  lend: LendChunk | undefined,
): AsyncIterableIterator<Uint8Array> {
  // This is not a generator: `return()` on a generator that never started would not close the file.
  let position = slice.offset;
  const end = slice.offset + slice.length;
  let current: ReadChunk | undefined;
  let ahead: ReadChunk | undefined;
  let closing: Promise<void> | undefined;
  const read = (): ReadChunk => {
    const wanted = Math.min(readChunkBytes, end - position);
    const loan: ChunkLoan | undefined = lend?.(wanted);
    const buffer = loan?.buffer ?? Buffer.allocUnsafeSlow(wanted);
    const work = async (): Promise<Uint8Array> => {
      const length = Math.min(buffer.length, wanted);
      const { bytesRead } = await handle.read(buffer, 0, length, position);
      if (bytesRead === 0) throw new BlobMissingError("a blob is shorter than its record says");
      position += bytesRead;
      return buffer.subarray(0, bytesRead);
    };
    return { bytes: work(), giveBack: () => loan?.end() };
  };
  const close = (): Promise<void> => {
    closing ??= (async () => {
      const open = [current, ahead].filter((chunk) => chunk !== undefined);
      [current, ahead] = [undefined, undefined];
      await Promise.allSettled(open.map((chunk) => chunk.bytes));
      for (const chunk of open) chunk.giveBack();
      await handle.close();
    })();
    return closing;
  };
  const iterator: AsyncIterableIterator<Uint8Array> = {
    [Symbol.asyncIterator]: () => iterator,
    next: async () => {
      current?.giveBack();
      current = undefined;
      if (closing !== undefined || (ahead === undefined && position >= end)) {
        await close();
        return done;
      }
      try {
        current = ahead ?? read();
        ahead = undefined;
        const value = await current.bytes;
        if (closing !== undefined) return done; // by return(), while the chunk was read
        // A short chunk was lent because memory is scarce: then nothing is read ahead.
        if (position < end && value.length === readChunkBytes) {
          ahead = read();
          ahead.bytes.catch(() => undefined); // the next call reports it
        }
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
