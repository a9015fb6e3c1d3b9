// The model adapter of the blob port: blobs in memory, with the same scheduler as the model
// metadata store.
import { BlobMissingError, type BlobRef, type BlobStore, type BlobWriter } from "../blob-store.ts";
import type { Scheduler } from "./model-metadata-store.ts";

/** A blob store in memory. */
export class ModelBlobStore implements BlobStore {
  readonly #blobs = new Map<string, Buffer>();
  readonly #yieldNow: Scheduler;

  constructor(scheduler: Scheduler = () => Promise.resolve()) {
    this.#yieldNow = scheduler;
  }

  readonly create: BlobStore["create"] = async (ref) => {
    await this.#yieldNow();
    const chunks: Buffer[] = [];
    const writer: BlobWriter = {
      write: async (chunk) => {
        chunks.push(Buffer.from(chunk));
        await this.#yieldNow();
      },
      finish: async () => {
        await this.#yieldNow();
        this.#blobs.set(hex(ref), Buffer.concat(chunks));
      },
      abort: () => this.#yieldNow(),
    };
    return writer;
  };

  readonly read: BlobStore["read"] = async (ref, slice) => {
    await this.#yieldNow();
    const blob = this.#blobs.get(hex(ref));
    if (blob === undefined) throw new BlobMissingError(`blob ${hex(ref)} is not there`);
    if (slice.offset + slice.length > blob.length) {
      throw new BlobMissingError("a blob is shorter than its record says");
    }
    // The reader may change the chunk.
    return oneChunk(Buffer.from(blob.subarray(slice.offset, slice.offset + slice.length)));
  };

  readonly remove: BlobStore["remove"] = async (refs) => {
    await this.#yieldNow();
    for (const ref of refs) this.#blobs.delete(hex(ref));
  };

  readonly scan: BlobStore["scan"] = () => scanBlobs(this.#blobs);
}

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  yield bytes;
}

async function* scanBlobs(
  blobs: ReadonlyMap<string, Buffer>,
): AsyncGenerator<{ ref: BlobRef; sizeBytes: number }> {
  await Promise.resolve();
  for (const [name, bytes] of blobs) {
    yield { ref: Uint8Array.from(Buffer.from(name, "hex")), sizeBytes: bytes.length };
  }
}

function hex(ref: BlobRef): string {
  return Buffer.from(ref.buffer, ref.byteOffset, ref.byteLength).toString("hex");
}
