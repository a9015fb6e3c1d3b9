// A large upload in parts: several at a time, resumable from a checkpoint, with progress, abort and
// callback.
import {
  abortMultipartUpload,
  type CallbackRequest,
  type CompletedPart,
  type EncodedCallback,
  initiateMultipartUpload,
  type InitiateMultipartUploadInput,
} from "@ossicle/protocol";
import { call } from "./call.ts";
import type { UploadOptions } from "./call-options.ts";
import {
  completeMultipartUpload,
  type CompleteMultipartUploadResult,
} from "./complete-multipart-upload.ts";
import type { Connection } from "./connection.ts";
import { uploadPart } from "./upload-part.ts";

/**
 * The state of an incomplete upload, as plain data. To resume after a restart, store it outside the
 * process.
 */
export interface MultipartCheckpoint {
  readonly bucket: string;
  readonly key: string;
  readonly uploadId: string;
  readonly partSize: number;
  readonly size: number;
  /** Parts that have arrived. */
  readonly parts: readonly CompletedPart[];
}

/** An upload in parts. */
export interface MultipartUploadRequest extends Omit<InitiateMultipartUploadInput, "encodingType"> {
  /** The bytes, sliceable into parts. In Node, `fs.openAsBlob(path)` opens a file as a Blob. */
  readonly body: Blob | Uint8Array<ArrayBuffer>;
  /**
   * In bytes, at least 102,400. Default: the checkpoint's, or else 8 MiB, or more where the body
   * would need over 10,000 parts.
   */
  readonly partSize?: number;
  /** Parts under way at a time. Default 4. */
  readonly parallel?: number;
  /** Resumes an interrupted upload. Bucket, key, body and part size must be the same. */
  readonly checkpoint?: MultipartCheckpoint;
  /** Called when the upload has begun, and after every part. */
  readonly onCheckpoint?: (checkpoint: MultipartCheckpoint) => void;
  readonly callback?: CallbackRequest | EncodedCallback;
  /**
   * Aborts the upload when it fails, which removes its parts. Default: true unless `onCheckpoint`
   * is given.
   */
  readonly abortOnFailure?: boolean;
}

/** Part size in bytes when none is given. */
const defaultPartSize = 8_388_608;

/** Smallest part other than the last, in bytes, and most parts of an upload (OSS limits page). */
const minPartSize = 102_400;
const maxParts = 10_000;

/**
 * Stores a large object in parts. Rejects as putObject does, and with RangeError for an invalid
 * `partSize`, `parallel` or `checkpoint`. When it fails, or the signal aborts it, `abortOnFailure`
 * decides whether its parts are removed.
 */
export async function multipartUpload(
  connection: Connection,
  request: MultipartUploadRequest,
  options: UploadOptions = {},
): Promise<CompleteMultipartUploadResult> {
  const {
    body,
    partSize: wanted,
    parallel = 4,
    checkpoint,
    onCheckpoint,
    callback,
    abortOnFailure = onCheckpoint === undefined,
    ...input
  } = request;
  const { signal, onProgress } = options;
  const blob = body instanceof Blob ? body : new Blob([body]);
  const partSize = checkPartSize(wanted ?? checkpoint?.partSize, blob.size);
  if (checkpoint !== undefined) {
    checkCheckpoint(checkpoint, { ...input, size: blob.size, partSize });
  }
  if (!(parallel >= 1)) throw new RangeError("parallel must be >= 1");
  const { bucket, key } = input;
  const uploadId =
    checkpoint?.uploadId ??
    (await call(connection, initiateMultipartUpload, input, { signal })).uploadId;
  const name = { bucket, key, uploadId };
  const done = new Map((checkpoint?.parts ?? []).map((part) => [part.partNumber, part]));
  const parts = (): CompletedPart[] =>
    [...done.values()].sort((left, right) => left.partNumber - right.partNumber);
  const keep = (): void => onCheckpoint?.({ ...name, partSize, size: blob.size, parts: parts() });
  const cut = (number: number): Blob => blob.slice((number - 1) * partSize, number * partSize);
  const count = Math.max(1, Math.ceil(blob.size / partSize));
  const numbers = Array.from({ length: count }, (_, at) => at + 1);
  let sent = [...done.keys()].reduce((sum, number) => sum + cut(number).size, 0);
  try {
    keep();
    const missing = numbers.filter((number) => !done.has(number));
    await inParallel(missing, parallel, async (partNumber) => {
      const part = cut(partNumber);
      const { etag } = await uploadPart(
        connection,
        { ...name, partNumber, body: part },
        { signal },
      );
      done.set(partNumber, { partNumber, etag });
      sent += part.size;
      onProgress?.(sent, blob.size);
      keep();
    });
    signal?.throwIfAborted();
    const completion = {
      ...name,
      parts: parts(),
      ...(input.forbidOverwrite === undefined ? {} : { forbidOverwrite: input.forbidOverwrite }),
      ...(callback && { callback }),
    };
    return await completeMultipartUpload(connection, completion, { signal });
  } catch (cause) {
    if (abortOnFailure && !isStored(cause)) {
      await call(connection, abortMultipartUpload, name).catch(() => undefined);
    }
    throw cause;
  }
}

function isStored(cause: unknown): boolean {
  return cause instanceof Error && "stored" in cause;
}

// Waits for all workers, so that no part is under way when the upload is aborted. A failure empties
// the queue, so that the workers start no further parts.
async function inParallel(
  numbers: readonly number[],
  parallel: number,
  work: (number: number) => Promise<void>,
): Promise<void> {
  const left = [...numbers];
  const worker = async (): Promise<void> => {
    for (let number = left.shift(); number !== undefined; number = left.shift()) {
      await work(number).catch((cause: unknown) => {
        left.length = 0;
        throw cause;
      });
    }
  };
  const results = await Promise.allSettled(Array.from({ length: parallel }, worker));
  const failed = results.find((result) => result.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}

function checkPartSize(wanted: number | undefined, size: number): number {
  const least = Math.ceil(size / maxParts);
  const chosen = wanted ?? Math.max(defaultPartSize, least);
  if (!Number.isInteger(chosen) || chosen < Math.max(minPartSize, least)) {
    throw new RangeError(
      `partSize must be at least ${Math.max(minPartSize, least)} (body: ${size})`,
    );
  }
  return chosen;
}

function checkCheckpoint(
  checkpoint: MultipartCheckpoint,
  { bucket, key, size, partSize }: Omit<MultipartCheckpoint, "uploadId" | "parts">,
): void {
  const same =
    checkpoint.bucket === bucket &&
    checkpoint.key === key &&
    checkpoint.size === size &&
    checkpoint.partSize === partSize;
  if (!same) throw new RangeError("checkpoint is for another upload");
}
