// Looks at the chunks of a body as they pass. A generator would do, but its variables keep the last
// chunk in memory while it waits for the next one: for as long as a client stalls.

/** What is done as a body passes; what it throws ends the body. */
export interface ChunkWatch {
  readonly onChunk?: (chunk: Uint8Array) => void;
  readonly onEnd?: () => Promise<void> | void;
  /** Says what to throw in place of an error of the source. */
  readonly onError?: (cause: unknown) => unknown;
}

/** The same chunks. Keeps none of them. */
export function watchChunks(
  chunks: AsyncIterable<Uint8Array>,
  { onChunk, onEnd, onError = (cause) => cause }: ChunkWatch,
): AsyncIterable<Uint8Array> {
  return {
    [Symbol.asyncIterator]: () => {
      const source = chunks[Symbol.asyncIterator]();
      return {
        next: async () => {
          const result = await source.next().catch((cause: unknown) => {
            throw onError(cause);
          });
          try {
            if (result.done === true) await onEnd?.();
            else onChunk?.(result.value);
          } catch (cause) {
            await source.return?.();
            throw cause;
          }
          return result;
        },
        return: async () => {
          await source.return?.();
          return { done: true, value: undefined };
        },
      };
    },
  };
}
