// Observes the chunks of a body as they pass. This is no generator, because the variables of a
// generator would keep the last chunk in memory while a client stalls.

/**
 * Functions that are called while a body passes. An error that one of them throws ends the body.
 */
export interface ChunkWatch {
  readonly onChunk?: (chunk: Uint8Array) => void;
  readonly onEnd?: () => Promise<void> | void;
  /** Returns the error to throw in place of an error of the source. */
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
