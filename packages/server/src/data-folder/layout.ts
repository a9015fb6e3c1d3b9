// Where a store keeps its data, and the names of what a data folder holds.
import { join } from "node:path";

/** Where a store keeps its data: in one folder, or in what several nodes share. */
export interface StorePlace {
  /** The data folder. A store whose metadata is in a database does not use it. */
  readonly data: string;
  /** URL of the database that holds the metadata. */
  readonly metadata?: string | undefined;
  /** Where the blobs are, if not in the data folder: a folder, or the address of a bucket. */
  readonly blobs?: string | undefined;
  /** The key that seals secrets in the database, in hex. */
  readonly secretKey?: string | undefined;
  /** The file of the master keys of encryption, the newest first. */
  readonly encryptionKeyFile?: string | undefined;
}

/** Where a store's blobs are: a folder, or the address of a bucket. */
export function blobsOf({ data, blobs }: StorePlace): string {
  return blobs ?? join(data, blobsFolderName);
}

/** The folder of the database. */
export const metadataFolderName = "metadata";

/** The folder of the blobs. */
export const blobsFolderName = "blobs";

/** The key that seals secrets in the database (accounts/secret-box.ts). */
export const secretKeyFileName = "secret.key";
