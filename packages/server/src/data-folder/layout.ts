// The names of what a data folder holds.

/** The folder of the database. */
export const metadataFolderName = "metadata";

/** The folder of the blobs. */
export const blobsFolderName = "blobs";

/** The key that seals secrets in the database (accounts/secret-box.ts). */
export const secretKeyFileName = "secret.key";
