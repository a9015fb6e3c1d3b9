// Reads a slice of a blob in an S3 store. Every block is checked before it is returned. A read
// whose connection ends, or whose block is damaged, goes on from that block at another endpoint.
import type { Readable } from "node:stream";
import {
  BlobDamagedError,
  BlobMissingError,
  type BlobRef,
  type BlobSlice,
  type ChunkLoan,
  type LendChunk,
} from "../blob-store.ts";
import { StoreUnavailableError } from "../store-unavailable-error.ts";
import { blobLength, blockBytes, BlockChecksum, checksumBytes, rangeOf } from "./block-layout.ts";
import { refusal, type S3Client, S3RefusedError } from "./s3-client.ts";

/** Bytes of one chunk: several blocks. */
const chunkBytes = 262_144;

/** Longest time in which a block arrives, in milliseconds. */
const blockTimeoutMs = 20_000;

/** Times that a read goes on after a failure without having got a block meanwhile. */
const maxResumes = 3;

const done = { done: true, value: undefined } as const;

/** What is read. */
export interface S3Read {
  readonly client: S3Client;
  readonly ref: BlobRef;
  readonly key: string;
  /** Not empty. */
  readonly slice: BlobSlice;
  readonly lend: LendChunk | undefined;
}

/** A slice that is open. */
export class S3Slice implements AsyncIterableIterator<Uint8Array> {
  readonly #read: S3Read;
  readonly #checksum: BlockChecksum;
  readonly #end: number;
  /** Where the next chunk begins in the blob. */
  #position: number;
  /** The blob's length, from its first answer. */
  #lengthBytes = 0;
  #stream: FramedStream | undefined;
  #loan: ChunkLoan | undefined;
  #failures = 0;
  #isClosed = false;
  /** The calls of next(), one after another. */
  #pending: Promise<unknown> = Promise.resolve();

  private constructor(read: S3Read) {
    this.#read = read;
    this.#checksum = new BlockChecksum(read.ref);
    this.#position = read.slice.offset;
    this.#end = read.slice.offset + read.slice.length;
  }

  /** Opens a slice. Throws BlobMissingError when the blob is missing or too short. */
  static async open(read: S3Read): Promise<S3Slice> {
    const slice = new S3Slice(read);
    slice.#stream = await slice.#request();
    return slice;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  // Requests everything from the block at the position on.
  async #request(): Promise<FramedStream> {
    const { client, key } = this.#read;
    const length = this.#end - this.#position;
    const { first, last } = rangeOf({ offset: this.#position, length });
    const request = { method: "GET", key, headers: { range: `bytes=${first}-${last}` } } as const;
    const { result } = await client
      .send(request, async (answer) => {
        if (answer.status !== 206) throw await refusal(request, answer);
        const [, total] = /\/(\d+)$/.exec(String(answer.headers["content-range"])) ?? [];
        if (total !== undefined) return { body: answer.body, objectBytes: Number(total) };
        answer.body.destroy();
        throw new Error("it sent no total length of the object");
      })
      .catch((cause: unknown) => {
        const isMissing = cause instanceof S3RefusedError && [404, 416].includes(cause.status);
        if (!isMissing) throw cause;
        throw new BlobMissingError(`blob ${key} is not there`, { cause });
      });
    this.#lengthBytes = blobLength(result.objectBytes);
    if (this.#lengthBytes < this.#end) {
      result.body.destroy();
      throw new BlobMissingError("a blob is shorter than its record says");
    }
    return new FramedStream(result.body);
  }

  next(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.#pending = this.#pending.then(() => this.#next());
    const result = this.#pending;
    this.#pending = result.catch(() => undefined); // the caller gets the error
    return result as Promise<IteratorResult<Uint8Array, undefined>>;
  }

  async #next(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.#giveBack();
    if (this.#isClosed || this.#position >= this.#end) {
      this.#close();
      return done;
    }
    try {
      const value = await this.#chunk();
      if (!this.#isClosed) return { done: false, value };
      return done; // by return(), while the chunk was read
    } catch (cause) {
      this.#close();
      this.#giveBack();
      throw cause;
    }
  }

  // Reads as many blocks as the chunk's memory holds, but at least one.
  async #chunk(): Promise<Uint8Array> {
    const block = Math.floor(this.#position / blockBytes);
    const start = block * blockBytes;
    const wanted = Math.min(chunkBytes, Math.ceil((this.#end - start) / blockBytes) * blockBytes);
    const buffer = this.#memory(wanted);
    const blocks = Math.floor(Math.min(buffer.length, wanted) / blockBytes);
    let filled = 0;
    for (let read = 0; read < blocks; read += 1) {
      const lengthBytes = Math.min(blockBytes, this.#lengthBytes - start - filled);
      await this.#block(block + read, buffer.subarray(filled, filled + lengthBytes));
      filled += lengthBytes;
      this.#position = Math.min(this.#end, start + filled);
    }
    const from = Math.max(0, this.#read.slice.offset - start);
    return buffer.subarray(from, this.#position - start);
  }

  #memory(wantedBytes: number): Uint8Array {
    const loan = this.#read.lend?.(wantedBytes);
    if (loan !== undefined && loan.buffer.length >= blockBytes) {
      this.#loan = loan;
      return loan.buffer;
    }
    loan?.end();
    return Buffer.allocUnsafeSlow(this.#read.lend === undefined ? wantedBytes : blockBytes);
  }

  // Reads one block, from another endpoint if the first attempt fails.
  async #block(number: number, into: Uint8Array): Promise<void> {
    for (;;) {
      try {
        this.#stream ??= await this.#request();
        if (this.#isClosed) throw new Error("the read was ended");
        const sum = await this.#stream.read(into);
        this.#checksum.begin(number);
        this.#checksum.add(into);
        if (sum !== this.#checksum.value) throw this.#damaged(number);
        this.#failures = 0;
        return;
      } catch (cause) {
        this.#stream?.close();
        this.#stream = undefined;
        this.#failures += 1;
        const isFinal = cause instanceof BlobMissingError || cause instanceof StoreUnavailableError;
        if (isFinal || this.#isClosed) throw cause;
        if (this.#failures <= maxResumes) continue;
        if (cause instanceof BlobDamagedError) throw cause;
        const message = `the S3 store did not send blob ${this.#read.key} to its end`;
        throw new StoreUnavailableError(message, { cause });
      }
    }
  }

  #damaged(number: number): BlobDamagedError {
    const where = `bytes ${number * blockBytes} to ${(number + 1) * blockBytes - 1}`;
    return new BlobDamagedError(`blob ${this.#read.key} is damaged in ${where}`);
  }

  #giveBack(): void {
    this.#loan?.end();
    this.#loan = undefined;
  }

  #close(): void {
    this.#isClosed = true;
    this.#stream?.close();
    this.#stream = undefined;
  }

  // The memory is given back only when nothing is read into it any more.
  async return(): Promise<IteratorReturnResult<undefined>> {
    this.#close();
    await this.#pending;
    this.#giveBack();
    return done;
  }
}

/** Takes blocks and their checksums out of an answer's body. */
class FramedStream {
  readonly #body: Readable;
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(body: Readable) {
    this.#body = body;
    this.#chunks = body[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  /**
   * Fills `into` with the next bytes of a block. Returns the checksum behind them. Throws when they
   * do not arrive in time.
   */
  async read(into: Uint8Array): Promise<number> {
    const late = new Error("the S3 store sends too slowly");
    const timer = setTimeout(() => this.#body.destroy(late), blockTimeoutMs);
    try {
      await this.#fill(into);
      const sum = Buffer.alloc(checksumBytes);
      await this.#fill(sum);
      return sum.readUInt32BE();
    } finally {
      clearTimeout(timer);
    }
  }

  async #fill(into: Uint8Array): Promise<void> {
    for (let filled = 0; filled < into.length;) {
      if (this.#rest.length === 0) {
        const next = await this.#chunks.next();
        if (next.done === true) throw new Error("the S3 store's answer ended too early");
        this.#rest = next.value;
      }
      const taken = this.#rest.subarray(0, into.length - filled);
      into.set(taken, filled);
      filled += taken.length;
      this.#rest = this.#rest.subarray(taken.length);
    }
  }

  /** Ends the answer. */
  close(): void {
    this.#body.destroy();
  }
}
