// The blobs that several nodes share: in a folder, or in a bucket of an S3-compatible store.
import { randomUUID } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type BlobStore,
  describeBucket,
  errorCode,
  errorMessage,
  isS3Url,
  makeFolder,
  openFileBlobStore,
  openS3,
  StoreUnavailableError,
  syncFolder,
} from "@ossicle/store";
import { ConfigurationError } from "../configuration/configuration-error.ts";
import { holdsFiles } from "./require-blobs.ts";

/** The file in a shared folder of blobs that names the store that it belongs to. */
const markName = "ossicle-blobs";

/** Blobs that several nodes share. */
export interface SharedBlobs {
  /** Opens them. Makes the folders that are missing, unless `readOnly` was set. */
  readonly open: () => Promise<BlobStore>;
  /** The setting, for messages: `--blobs /mnt/shared`. */
  readonly shown: string;
  /** The folder; undefined for a bucket. */
  readonly folder: string | undefined;
  readonly holdsBlobs: () => Promise<boolean>;
  /** The id of the store that the blobs belong to; undefined when they are not marked. */
  readonly readMark: () => Promise<string | undefined>;
  readonly writeMark: (id: string) => Promise<void>;
  /** Abandons uploads that were interrupted. No other process may write blobs meanwhile. */
  readonly abandonUploads: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** The place of shared blobs, without what must not be printed. */
export function describeBlobs(blobs: string): string {
  return isS3Url(blobs) ? describeBucket(blobs) : blobs;
}

/** Settings of {@link findSharedBlobs}. */
export interface SharedBlobsOptions {
  /** Whether nothing is written. Default false. */
  readonly readOnly?: boolean;
  /** Bytes of a blob in a folder after which they are synced while more arrive. */
  readonly syncEveryBytes?: number | undefined;
}

/**
 * Finds shared blobs: a folder's path, or an `s3://` address. Throws ConfigurationError when the
 * bucket cannot be used.
 */
export async function findSharedBlobs(
  blobs: string,
  { readOnly = false, syncEveryBytes }: SharedBlobsOptions = {},
): Promise<SharedBlobs> {
  const shown = `--blobs ${describeBlobs(blobs)}`;
  if (isS3Url(blobs)) return openBucket(blobs, shown);
  const mark = join(blobs, markName);
  return {
    open: () => openFileBlobStore(blobs, { readOnly, syncEveryBytes }),
    shown,
    folder: blobs,
    holdsBlobs: () => holdsFiles(blobs),
    readMark: () =>
      readFile(mark, "utf8").catch((cause: unknown) => {
        if (errorCode(cause) === "ENOENT") return undefined;
        throw cause;
      }),
    writeMark: async (id) => {
      await makeFolder(blobs);
      const draft = `${mark}.${randomUUID()}`;
      await writeFile(draft, id, { mode: 0o600, flush: true });
      await rename(draft, mark);
      await syncFolder(blobs);
    },
    abandonUploads: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

async function openBucket(address: string, shown: string): Promise<SharedBlobs> {
  const store = await openS3(address).catch((cause: unknown) => {
    if (!(cause instanceof StoreUnavailableError)) throw cause;
    throw new ConfigurationError([`${shown}: ${errorMessage(cause)}`], { cause });
  });
  const { holdsBlobs, readMark, writeMark, abandonUploads, close } = store;
  const open = (): Promise<BlobStore> => Promise.resolve(store);
  const marks = { holdsBlobs, readMark, writeMark };
  return { open, shown, folder: undefined, ...marks, abandonUploads, close };
}
