// A whole body in memory, within bounds that its reader sets.

/** How a body is gathered. */
export interface Gathering {
  /** Called for each chunk before it is kept; throws where it must not be. */
  readonly onChunk: (chunk: Uint8Array) => void;
  /** Ends the wait for the client when it rejects. */
  readonly stopped: Promise<never>;
}

/** Gathers a body. Throws what `onChunk` throws, and what `stopped` rejects with. */
export async function gatherBody(
  chunks: AsyncIterable<Uint8Array>,
  { onChunk, stopped }: Gathering,
): Promise<Buffer> {
  const kept: Uint8Array[] = [];
  const source = chunks[Symbol.asyncIterator]();
  stopped.catch(() => undefined); // it may reject when the body is whole
  for (;;) {
    const next = await Promise.race([source.next(), stopped]);
    if (next.done === true) return Buffer.concat(kept);
    onChunk(next.value);
    kept.push(next.value);
  }
}
