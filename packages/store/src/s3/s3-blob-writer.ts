// Writes one blob to an S3 store: in one request when it fits into a part, otherwise as a multipart
// upload. A part is sent while the next one arrives.
import { createHash, type Hash } from "node:crypto";
import type { BlobRef, BlobWriter } from "../blob-store.ts";
import { BlockFramer, framedBytes } from "./block-layout.ts";
import {
  bodyOfBytes,
  type S3Body,
  type S3Client,
  S3RefusedError,
  type S3Request,
} from "./s3-client.ts";
import { textOf } from "./s3-document.ts";
import { Spool } from "./spool.ts";

/**
 * Bytes of a part: 512 blocks with their checksums, about 8 MiB. S3 allows parts from 5 MiB on, and
 * 10,000 of them (Amazon S3 User Guide, "Multipart upload limits"), so that the largest blob, 5 GB,
 * has 640.
 */
export const partBytes: number = 512 * framedBytes;

/** Parts of an upload that are in its temporary file: one that is sent, one that arrives. */
const slots = 2;

/**
 * How long an abandoned blob's removal is tried, and its answer is waited for, in milliseconds. The
 * uploader waits for it. The sweeper removes what stays.
 */
const abandonForMs = 1_000;

/** Where a blob goes. */
export interface WrittenBlob {
  readonly client: S3Client;
  readonly ref: BlobRef;
  readonly key: string;
  /**
   * Called when an attempt to store the object failed without an answer. The store may still carry
   * it out, also after the object was removed.
   */
  readonly onUnsettled: () => void;
  /** Removes the object. Rejects when it may still appear. */
  readonly remove: (request: Pick<S3Request, "tryForMs">) => Promise<void>;
  /** Abandons every multipart upload of the key. */
  readonly abandonUploads: (request: Pick<S3Request, "tryForMs">) => Promise<void>;
}

/** Writes one blob. */
export class S3BlobWriter implements BlobWriter {
  readonly #client: S3Client;
  readonly #key: string;
  readonly #blob: WrittenBlob;
  readonly #framer: BlockFramer;
  #spool: Spool | undefined;
  /** Hash and length of the part that arrives. */
  #hash: Hash = createHash("sha256");
  #filled = 0;
  #totalBytes = 0;
  #uploadId: string | undefined;
  /** Whether an attempt without an answer may have begun another upload of this key. */
  #mayHaveStrays = false;
  /** Ends the requests under way. */
  readonly #abandoned = new AbortController();
  /** The ETags of the parts that were begun, in order. */
  readonly #parts: Promise<string>[] = [];

  constructor(blob: WrittenBlob) {
    this.#blob = blob;
    this.#client = blob.client;
    this.#key = blob.key;
    this.#framer = new BlockFramer(blob.ref);
  }

  readonly write: BlobWriter["write"] = (chunk) => this.#append(this.#framer.push(chunk));

  // A piece never crosses the end of a block, and a part consists of whole blocks. So a part ends
  // between two pieces.
  async #append(pieces: readonly Uint8Array[]): Promise<void> {
    let taken: Uint8Array[] = [];
    let start = this.#filled;
    for (const piece of pieces) {
      // A full part is sent with the next byte, so that a blob of exactly one part needs no upload.
      if (this.#filled === partBytes) {
        await this.#keep(taken, start);
        await this.#sendPart();
        [taken, start] = [[], 0];
      }
      this.#hash.update(piece);
      taken.push(piece);
      this.#filled += piece.length;
    }
    await this.#keep(taken, start);
  }

  async #keep(pieces: readonly Uint8Array[], position: number): Promise<void> {
    if (pieces.length === 0) return;
    // The place in the file is free once the part that was there before is stored.
    await this.#parts[this.#parts.length - slots];
    this.#spool ??= await Spool.open();
    await this.#spool.write(pieces, this.#slotStart() + position);
  }

  #slotStart(): number {
    return (this.#parts.length % slots) * partBytes;
  }

  async #sendPart(): Promise<void> {
    if (this.#uploadId === undefined) {
      this.#mayHaveStrays = true; // until the answer
      this.#uploadId = await this.#begin();
    }
    const query = { partNumber: String(this.#parts.length + 1), uploadId: this.#uploadId };
    const body = this.#takeBody();
    const { signal } = this.#abandoned;
    const sent = this.#client
      .call({ method: "PUT", key: this.#key, query, body, signal, expects: "etag" })
      .then(({ headers }) => String(headers["etag"]));
    sent.catch(() => undefined); // reported where it is waited for
    this.#parts.push(sent);
  }

  async #begin(): Promise<string> {
    const { root, failures } = await this.#client.call({
      method: "POST",
      key: this.#key,
      query: { uploads: "" },
      expects: "InitiateMultipartUploadResult",
    });
    const uploadId = textOf(root, "UploadId");
    this.#mayHaveStrays = failures > 0;
    if (uploadId === "") throw new Error("the S3 store began an upload without an id");
    return uploadId;
  }

  // The part that has arrived, and begins the next one.
  #takeBody(): S3Body {
    const [lengthBytes, start, spool] = [this.#filled, this.#slotStart(), this.#spool];
    const sha256 = this.#hash.digest("hex");
    this.#hash = createHash("sha256");
    this.#filled = 0;
    this.#totalBytes += lengthBytes;
    const open = (): ReturnType<S3Body["open"]> =>
      spool === undefined ? new Uint8Array(0) : spool.read(start, lengthBytes);
    return { lengthBytes, sha256, open };
  }

  readonly finish: BlobWriter["finish"] = async () => {
    await this.#append(this.#framer.end());
    if (this.#parts.length === 0) {
      await this.#putWhole();
    } else {
      await this.#sendPart();
      await this.#complete(await Promise.all(this.#parts));
    }
    await this.#closeSpool();
    if (this.#mayHaveStrays) await this.#blob.abandonUploads({ tryForMs: abandonForMs });
  };

  async #putWhole(): Promise<void> {
    const body = this.#takeBody();
    await this.#settling({ method: "PUT", key: this.#key, body, expects: "etag" });
  }

  // Sends a request that makes the object. An attempt without an answer may make it later.
  async #settling(request: S3Request): Promise<void> {
    try {
      const { failures } = await this.#client.call(request);
      if (failures > 0) this.#blob.onUnsettled();
    } catch (cause) {
      this.#blob.onUnsettled();
      throw cause;
    }
  }

  async #complete(etags: readonly string[]): Promise<void> {
    const parts = etags.map(
      (etag, index) => `<Part><PartNumber>${index + 1}</PartNumber><ETag>${etag}</ETag></Part>`,
    );
    const document = `<CompleteMultipartUpload>${parts.join("")}</CompleteMultipartUpload>`;
    const body = bodyOfBytes(Buffer.from(document));
    const query = { uploadId: this.#uploadId ?? "" };
    try {
      const expects = "CompleteMultipartUploadResult";
      await this.#settling({ method: "POST", key: this.#key, query, body, expects });
    } catch (cause) {
      // The answer of an attempt that succeeded may have been lost. The next attempt then finds no
      // upload.
      const isGone = cause instanceof S3RefusedError && cause.code === "NoSuchUpload";
      if (!isGone || !(await this.#isComplete())) throw cause;
    }
  }

  async #isComplete(): Promise<boolean> {
    const request = { method: "HEAD", key: this.#key } as const;
    const { result } = await this.#client.send(request, ({ status, headers, body }) => {
      body.resume();
      return Promise.resolve({ status, length: Number(headers["content-length"]) });
    });
    return result.status === 200 && result.length === this.#totalBytes;
  }

  readonly abort: BlobWriter["abort"] = async () => {
    this.#abandoned.abort();
    await Promise.allSettled(this.#parts);
    await this.#closeSpool();
    const limit = { tryForMs: abandonForMs };
    const hasUploads = this.#uploadId !== undefined || this.#mayHaveStrays;
    const removals = [
      hasUploads ? this.#blob.abandonUploads(limit) : Promise.resolve(),
      this.#blob.remove(limit),
    ];
    for (const one of await Promise.allSettled(removals)) {
      if (one.status === "rejected") throw one.reason;
    }
  };

  async #closeSpool(): Promise<void> {
    await this.#spool?.close();
    this.#spool = undefined;
  }
}

/** Sends a request that removes something. It is no error when that is missing. */
export async function removeIfThere(client: S3Client, request: S3Request): Promise<void> {
  await client.call(request).catch((cause: unknown) => {
    if (!(cause instanceof S3RefusedError) || cause.status !== 404) throw cause;
  });
}
