// Bytes that close their source, also if they are never read.
import type { Readable } from "node:stream";

/**
 * Wraps a generator that reads from an open source. A generator that is ended before its first read
 * never runs its clean-up, so this wrapper then closes the source itself.
 */
export function owning(
  source: AsyncIterable<Uint8Array>,
  bytes: AsyncGenerator<Uint8Array>,
): AsyncIterableIterator<Uint8Array> {
  return closedBy(bytes, () => source[Symbol.asyncIterator]().return?.());
}

/** The bytes of a stream, which is destroyed when they are not read to their end. */
export function streamed(
  stream: Readable,
  bytes: AsyncGenerator<Uint8Array> = chunksOf(stream),
): AsyncIterableIterator<Uint8Array> {
  return closedBy(bytes, () => stream.destroy());
}

async function* chunksOf(stream: Readable): AsyncGenerator<Uint8Array> {
  for await (const chunk of stream) yield chunk as Uint8Array; // the streams here have bytes
}

function closedBy(
  bytes: AsyncGenerator<Uint8Array>,
  close: () => unknown,
): AsyncIterableIterator<Uint8Array> {
  let isBegun = false;
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: () => {
      isBegun = true;
      return bytes.next();
    },
    return: async () => {
      if (!isBegun) await close();
      return bytes.return(undefined);
    },
  };
}
