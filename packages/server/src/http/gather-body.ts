// Gathers a whole body in memory, within bounds that the caller sets.

/** How a body is gathered. */
export interface Gathering {
  /** Called for each chunk before it is kept. Throws to refuse the chunk. */
  readonly onChunk: (chunk: Uint8Array) => void;
  /** When it rejects, gathering stops without waiting for the client. */
  readonly stopped: Promise<never>;
}

/** Gathers a body. Throws what `onChunk` throws, and what `stopped` rejects with. */
export async function gatherBody(
  chunks: AsyncIterable<Uint8Array>,
  { onChunk, stopped }: Gathering,
): Promise<Buffer> {
  const kept: Uint8Array[] = [];
  const source = chunks[Symbol.asyncIterator]();
  stopped.catch(() => undefined); // it may reject after the body is complete
  for (;;) {
    const next = await Promise.race([source.next(), stopped]);
    if (next.done === true) return Buffer.concat(kept);
    onChunk(next.value);
    kept.push(next.value);
  }
}
