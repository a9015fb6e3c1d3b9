// Loads the S3 adapter where it is used: its libraries take time and memory that a store with a
// folder of blobs does not need.
import type { S3BlobStore } from "./s3-blob-store.ts";
import { readS3Url } from "./s3-url.ts";

/** A bucket's endpoints and name, without what must not be printed. Throws TypeError. */
export function describeBucket(address: string): string {
  return readS3Url(address).shown;
}

/**
 * Opens the blobs in a bucket of an S3-compatible store. `s3-url.ts` documents the address. Throws
 * TypeError for an address that cannot be read, and StoreUnavailableError when no endpoint can be
 * reached, or the store refuses the key or has no such bucket.
 */
export async function openS3(address: string): Promise<S3BlobStore> {
  const { openS3BlobStore } = await import("./s3-blob-store.ts");
  return openS3BlobStore(address);
}
