// Gathers a body's chunks into pieces of the process's pool. Each piece is written and hashed at
// the same time, and then given back.
import type { BlobWriter } from "@ossicle/store";
import type { StreamHash } from "./hashing.ts";
import { pieceBytes, type PiecePool } from "../../memory/piece-pool.ts";
import { chunkBytes, sealedChunkBytes, sealedLength } from "../encryption/chunk-cipher.ts";
import type { PieceSealer } from "../encryption/seal-thread.ts";

/**
 * Most pieces of one upload: being filled, written or hashed. In measurements, more pieces made no
 * upload faster.
 */
const maxPieces = 4;

/** Bytes of a piece that become a whole piece when they are encrypted. */
const sealablePieceBytes = (pieceBytes / sealedChunkBytes) * chunkBytes;

/** Where pieces go, and where they come from. */
export interface PieceSinks {
  readonly writer: BlobWriter;
  readonly hash: StreamHash;
  readonly pool: PiecePool;
  /** Encrypts the pieces, once they are hashed. */
  readonly sealer?: PieceSealer | undefined;
}

/** The pieces of one upload. */
export class BodyPieces {
  readonly #sinks: PieceSinks;
  /** Bytes that are gathered in a piece. */
  readonly #fullBytes: number;
  readonly #underWay = new Set<Promise<void>>();
  #written: Promise<void> = Promise.resolve();
  #current: Uint8Array | undefined;
  #filled = 0;
  /** Chunks of the pieces that were sent to be encrypted. */
  #chunks = 0;
  /** The beginning of a chunk, if the piece that it was in has been sent early. */
  #rest: Uint8Array = new Uint8Array(0);
  /** The error of the first piece that could not be written or hashed. */
  #failure: { readonly cause: unknown } | undefined;

  constructor(sinks: PieceSinks) {
    this.#sinks = sinks;
    this.#fullBytes = sinks.sealer === undefined ? pieceBytes : sealablePieceBytes;
  }

  /**
   * Copies bytes into pieces. Throws the error of an earlier piece that could not be written or
   * hashed.
   */
  async push(chunk: Uint8Array): Promise<void> {
    let at = 0;
    while (at < chunk.length) {
      this.#current ??= await this.#take();
      this.#throwFailure();
      const part = chunk.subarray(at, at + this.#fullBytes - this.#filled);
      this.#current.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled === this.#fullBytes) this.#send();
    }
  }

  /**
   * Waits for the client. When another upload needs a piece in the meantime, this upload's partly
   * filled piece is written as it is. A stalled client therefore holds no memory that another
   * upload needs.
   */
  async waitFor<T>(arrival: Promise<T>): Promise<T> {
    if (this.#current === undefined) return arrival;
    const stopOffering = this.#sinks.pool.whileIdle(() => this.#sendEarly());
    try {
      return await arrival;
    } finally {
      stopOffering();
    }
  }

  async #take(): Promise<Uint8Array> {
    if (this.#underWay.size >= maxPieces) await Promise.race(this.#underWay);
    const piece = await this.#sinks.pool.take();
    piece.set(this.#rest);
    this.#filled = this.#rest.length;
    this.#rest = new Uint8Array(0);
    return piece;
  }

  // Only the last chunk of an encrypted blob may be short. So the beginning of a chunk is kept.
  #sendEarly(): void {
    const piece = this.#current;
    if (piece !== undefined && this.#sinks.sealer !== undefined) {
      const whole = this.#filled - (this.#filled % chunkBytes);
      this.#rest = piece.slice(whole, this.#filled);
      this.#filled = whole;
      if (whole === 0) {
        this.#current = undefined;
        this.#sinks.pool.give(piece);
      }
    }
    this.#send();
  }

  #send(): void {
    const piece = this.#current;
    if (piece === undefined) return;
    const { writer, hash, pool } = this.#sinks;
    const bytes = piece.subarray(0, this.#filled);
    const hashed = hash.update(bytes);
    const ready = this.#seal(piece, bytes, hashed);
    this.#written = Promise.all([ready, this.#written]).then(([stored]) => writer.write(stored));
    const uses = [ready, this.#written, hashed];
    // One of them may fail while another one still uses the piece.
    const done = Promise.allSettled(uses).then((results) => {
      pool.give(piece);
      this.#underWay.delete(done);
      const failed = results.find((result) => result.status === "rejected");
      if (failed !== undefined) this.#failure ??= { cause: failed.reason };
    });
    this.#underWay.add(done);
    this.#current = undefined;
    this.#filled = 0;
  }

  // Returns the bytes to write: those of the piece or, once they are hashed, their encrypted form.
  async #seal(piece: Uint8Array, bytes: Uint8Array, hashed: Promise<void>): Promise<Uint8Array> {
    const { sealer } = this.#sinks;
    if (sealer === undefined) return bytes;
    const { length } = bytes;
    const first = this.#chunks;
    this.#chunks += Math.ceil(length / chunkBytes);
    await hashed;
    await sealer.seal(piece, length, first);
    return piece.subarray(0, sealedLength(length));
  }

  /** Sends what is left. Resolves when all pieces are written and hashed. */
  async end(): Promise<void> {
    if (this.#rest.length > 0) this.#current ??= await this.#take();
    this.#send();
    await Promise.all(this.#underWay);
    this.#throwFailure();
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.cause;
  }

  /** Drops the piece that is being filled. Resolves when all pieces are back in the pool. */
  async settle(): Promise<void> {
    if (this.#current !== undefined) this.#sinks.pool.give(this.#current);
    this.#current = undefined;
    await Promise.all(this.#underWay);
  }
}
