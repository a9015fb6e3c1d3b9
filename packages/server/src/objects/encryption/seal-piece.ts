// Encrypts a piece of a blob in place.
import { type ChunkCipher, chunkBytes, sealedChunkBytes } from "./chunk-cipher.ts";

/**
 * Encrypts the first `length` bytes of a piece in place; the result is longer. The number of the
 * piece's first chunk is `first`. Only the last piece of a blob may end within a chunk.
 */
export function sealPiece(
  cipher: ChunkCipher,
  piece: Uint8Array,
  { length, first }: { readonly length: number; readonly first: number },
): void {
  // From the last chunk to the first, because a chunk moves towards the end of the piece.
  for (let at = Math.ceil(length / chunkBytes) - 1; at >= 0; at -= 1) {
    const chunk = piece.subarray(at * chunkBytes, Math.min((at + 1) * chunkBytes, length));
    const [bytes, tag] = cipher.seal(chunk, first + at);
    piece.set(bytes, at * sealedChunkBytes);
    piece.set(tag, at * sealedChunkBytes + bytes.length);
  }
}
