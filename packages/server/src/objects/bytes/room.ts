// Keeps a part of the disk free, because on a full disk even deletions fail.
import { statfs } from "node:fs/promises";
import { OssError } from "@ossicle/protocol";
import { errorCode } from "@ossicle/store";

/** Room for bytes. */
export interface Room {
  /** Throws ServiceUnavailable when so many more bytes would use up part of the reserve. */
  readonly require: (bytes: number) => Promise<void>;
}

/**
 * Age in milliseconds from which a reading is renewed in the background, while it is still used.
 */
const freshMs = 100;

/** Age in milliseconds from which a caller waits for a new reading. */
const staleMs = 1_000;

/** Seconds after which a refused uploader may try again. */
const retryAfterSeconds = 30;

/**
 * Value of Retry-After when the disk has failed, in seconds. A worker whose database has failed is
 * replaced within seconds.
 */
const failedRetryAfterSeconds = 5;

/** Reads the free space of a folder's disk, in bytes. */
export type ReadFree = (folder: string) => Promise<number>;

const readFree: ReadFree = async (folder) => {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
};

/** Reads the space of a folder's disk, in bytes. */
export async function readDiskSpace(
  folder: string,
): Promise<{ readonly usedBytes: number; readonly freeBytes: number }> {
  const { blocks, bfree, bavail, bsize } = await statfs(folder);
  return { usedBytes: (blocks - bfree) * bsize, freeBytes: bavail * bsize };
}

/** The room on a folder's disk, less what stays free. */
export class DiskRoom implements Room {
  readonly #folder: string;
  readonly #reserveBytes: number;
  readonly #read: ReadFree;
  #freeBytes = 0;
  #readAtMs = Number.NEGATIVE_INFINITY;
  #reading: Promise<void> | undefined;

  constructor(folder: string, reserveBytes: number, read: ReadFree = readFree) {
    this.#folder = folder;
    this.#reserveBytes = reserveBytes;
    this.#read = read;
  }

  readonly require: Room["require"] = async (bytes) => {
    const ageMs = performance.now() - this.#readAtMs;
    if (ageMs > freshMs) {
      this.#reading ??= this.#update();
      if (ageMs > staleMs) await this.#reading;
      else this.#reading.catch(() => undefined); // reported to the uploads that wait
    }
    if (this.#freeBytes - bytes >= this.#reserveBytes) return;
    throw diskFull();
  };

  async #update(): Promise<void> {
    try {
      this.#freeBytes = await this.#read(this.#folder);
      this.#readAtMs = performance.now();
    } finally {
      this.#reading = undefined;
    }
  }
}

/** The answer to an upload when the disk is full. It is 503, because a retry can succeed. */
export function diskFull(cause?: unknown): OssError<"ServiceUnavailable"> {
  return new OssError(
    "ServiceUnavailable",
    {},
    {
      cause,
      message: "The disk is full.",
      headers: { "Retry-After": String(retryAfterSeconds) },
    },
  );
}

/**
 * The answer where the disk failed: 503, because the store recovers by itself once the disk works
 * again.
 */
export function diskFailed(cause: unknown): OssError<"ServiceUnavailable"> {
  const headers = { "Retry-After": String(failedRetryAfterSeconds) };
  return new OssError(
    "ServiceUnavailable",
    {},
    { cause, message: "The disk of the store failed.", headers },
  );
}

/** Whether the system could not read or write its medium. */
export function isDiskFailure(cause: unknown): boolean {
  const code = errorCode(cause);
  return code === "EIO" || code === "EROFS" || code === "ESTALE" || code === "ENXIO";
}
