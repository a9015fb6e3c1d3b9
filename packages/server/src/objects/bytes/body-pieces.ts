// Gathers a body's chunks into pieces of the process's pool. Each piece is written and hashed at
// the same time, and then given back.
import type { BlobWriter } from "@ossicle/store";
import type { StreamHash } from "./hashing.ts";
import { pieceBytes, type PiecePool } from "../../memory/piece-pool.ts";

/**
 * Most pieces of one upload: being filled, written or hashed. In measurements, more pieces made no
 * upload faster.
 */
const maxPieces = 4;

/** Where pieces go, and where they come from. */
export interface PieceSinks {
  readonly writer: BlobWriter;
  readonly hash: StreamHash;
  readonly pool: PiecePool;
}

/** The pieces of one upload. */
export class BodyPieces {
  readonly #sinks: PieceSinks;
  readonly #underWay = new Set<Promise<void>>();
  #written: Promise<void> = Promise.resolve();
  #current: Uint8Array | undefined;
  #filled = 0;
  /** The error of the first piece that could not be written or hashed. */
  #failure: { readonly cause: unknown } | undefined;

  constructor(sinks: PieceSinks) {
    this.#sinks = sinks;
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
      const part = chunk.subarray(at, at + pieceBytes - this.#filled);
      this.#current.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled === pieceBytes) this.#send();
    }
  }

  /**
   * Waits for the client. When another upload needs a piece in the meantime, this upload's partly
   * filled piece is written as it is. A stalled client therefore holds no memory that another
   * upload needs.
   */
  async waitFor<T>(arrival: Promise<T>): Promise<T> {
    if (this.#current === undefined) return arrival;
    const stopOffering = this.#sinks.pool.whileIdle(() => this.#send());
    try {
      return await arrival;
    } finally {
      stopOffering();
    }
  }

  async #take(): Promise<Uint8Array> {
    if (this.#underWay.size >= maxPieces) await Promise.race(this.#underWay);
    return this.#sinks.pool.take();
  }

  #send(): void {
    const piece = this.#current;
    if (piece === undefined) return;
    const { writer, hash, pool } = this.#sinks;
    const bytes = piece.subarray(0, this.#filled);
    this.#written = this.#written.then(() => writer.write(bytes));
    const uses = [this.#written, hash.update(bytes)];
    // One of the two may fail while the other still reads the piece.
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

  /** Sends what is left. Resolves when all pieces are written and hashed. */
  async end(): Promise<void> {
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
