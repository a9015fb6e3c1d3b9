// How the bytes of one object are encrypted: the payload of its record, and its blobs.
import { randomBytes } from "node:crypto";
import { BlobDamagedError, type BlobRef, type BlobSlice } from "@ossicle/store";
import { pieceBytes } from "../../memory/piece-pool.ts";
import type { BlobPart } from "../records/manifest.ts";
import type { EncryptionRecord } from "../records/records.ts";
import {
  type ChunkCipher,
  chunkBytes,
  chunkCipher,
  sealedChunkBytes,
  sealedLength,
  tagBytes,
} from "./chunk-cipher.ts";
import { sealPiece } from "./seal-piece.ts";
import type { PieceSealer, SealThread } from "./seal-thread.ts";

/** Bytes in front of an encrypted payload: the name from which its key is derived. */
const payloadNameBytes = 16;

/** Length of the body of an encrypted payload. */
export function bodyLength(payload: Uint8Array): number {
  return payload.length - payloadNameBytes - tagBytes;
}

/** Encrypts and decrypts the bytes of an object. */
export class Encryption {
  readonly record: EncryptionRecord;
  readonly #key: Uint8Array;
  readonly #thread: SealThread | undefined;

  /** Long blobs are encrypted by the thread, if there is one. */
  constructor(record: EncryptionRecord, key: Uint8Array, thread?: SealThread) {
    this.record = record;
    this.#key = key;
    this.#thread = thread;
  }

  /** Encrypts a small body, which travels in a commit. */
  sealPayload(body: Uint8Array): Buffer {
    const name = randomBytes(payloadNameBytes);
    return Buffer.concat([name, ...this.#cipher(name).seal(body, 0)]);
  }

  /** Decrypts a small body. Throws BlobDamagedError. */
  openPayload(payload: Uint8Array): Uint8Array {
    const name = payload.subarray(0, payloadNameBytes);
    if (payload.length < payloadNameBytes + tagBytes) {
      throw new BlobDamagedError("an encrypted payload is too short");
    }
    return this.#cipher(name).open(payload.subarray(payloadNameBytes), 0);
  }

  /** Starts to encrypt a blob; one that is shorter than a piece, on this thread. */
  sealer(ref: BlobRef, lengthBytes: number | undefined): PieceSealer {
    if (this.#thread !== undefined && (lengthBytes ?? pieceBytes) >= pieceBytes) {
      return this.#thread.stream(this.record.cipher, this.#key, ref);
    }
    const cipher = this.#cipher(ref);
    return {
      seal: async (piece, length, first) => sealPiece(cipher, piece, { length, first }),
      end: () => undefined,
    };
  }

  /** The slice of an encrypted blob in which a part of its bytes is. */
  sliceOf({ offset, length, blobLength }: BlobPart): BlobSlice {
    const begin = Math.floor(offset / chunkBytes) * sealedChunkBytes;
    const chunks = Math.ceil((offset + length) / chunkBytes);
    const end = Math.min(chunks * sealedChunkBytes, sealedLength(blobLength));
    return { offset: begin, length: end - begin };
  }

  /** Decrypts what {@link sliceOf} names, in place, and yields the bytes of the part. */
  open(sealed: AsyncIterable<Uint8Array>, part: BlobPart): AsyncGenerator<Uint8Array, undefined> {
    const first = Math.floor(part.offset / chunkBytes);
    const opened = openChunks(sealed, this.#cipher(part.ref), first);
    return cutTo(opened, { skipped: part.offset - first * chunkBytes, length: part.length });
  }

  #cipher(name: Uint8Array): ChunkCipher {
    return chunkCipher(this.record.cipher, this.#key, name);
  }
}

/** Whether bytes that are encrypted in one way may be used in place of the other. */
export function isSameEncryption(
  one: EncryptionRecord | undefined,
  other: EncryptionRecord | undefined,
): boolean {
  return one?.key === other?.key && one?.cipher === other?.cipher;
}

// Decrypts whole chunks in place. A chunk that two pieces hold is put together first.
async function* openChunks(
  sealed: AsyncIterable<Uint8Array>,
  cipher: ChunkCipher,
  first: number,
): AsyncGenerator<Uint8Array, undefined> {
  let index = first;
  const rest = Buffer.alloc(sealedChunkBytes);
  let held = 0;
  for await (const piece of sealed) {
    let at = 0;
    if (held > 0) {
      at = Math.min(sealedChunkBytes - held, piece.length);
      rest.set(piece.subarray(0, at), held);
      held += at;
      if (held < sealedChunkBytes) continue;
      yield cipher.open(rest, index);
      index += 1;
      held = 0;
    }
    const begin = at;
    let filled = at;
    for (; at + sealedChunkBytes <= piece.length; at += sealedChunkBytes) {
      const opened = cipher.open(piece.subarray(at, at + sealedChunkBytes), index);
      piece.set(opened, filled);
      filled += opened.length;
      index += 1;
    }
    rest.set(piece.subarray(at));
    held = piece.length - at;
    if (filled > begin) yield piece.subarray(begin, filled);
  }
  if (held > 0) yield cipher.open(rest.subarray(0, held), index);
}

// Leaves out bytes before and after the slice.
async function* cutTo(
  opened: AsyncIterable<Uint8Array>,
  { skipped, length }: { readonly skipped: number; readonly length: number },
): AsyncGenerator<Uint8Array, undefined> {
  let at = -skipped;
  for await (const chunk of opened) {
    const from = Math.max(0, -at);
    const to = Math.min(chunk.length, length - at);
    at += chunk.length;
    if (from < to) yield chunk.subarray(from, to);
  }
}
