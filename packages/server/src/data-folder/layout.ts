// Where a store keeps its data, and the names of what a data folder holds.
import { join } from "node:path";

/** Where a store keeps its data: in one folder, or in what several nodes share. */
export interface StorePlace {
  /** The data folder. A store whose metadata is in a database does not use it. */
  readonly data: string;
  /** URL of the database that holds the metadata. */
  readonly metadata?: string | undefined;
  /** The folder of the blobs, where it is not in the data folder. */
  readonly blobs?: string | undefined;
  /** The key that seals secrets in the database, in hex. */
  readonly secretKey?: string | undefined;
}

/** The folder of a store's blobs. */
export function blobsFolderOf({ data, blobs }: StorePlace): string {
  return blobs ?? join(data, blobsFolderName);
}

/** The folder of the database. */
export const metadataFolderName = "metadata";

/** The folder of the blobs. */
export const blobsFolderName = "blobs";

/** The key that seals secrets in the database (accounts/secret-box.ts). */
export const secretKeyFileName = "secret.key";
