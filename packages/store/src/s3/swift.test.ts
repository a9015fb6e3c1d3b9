// The contract of blobs over the S3 middleware of OpenStack Swift, which speaks a dialect of its
// own.
import { afterAll, beforeAll } from "vitest";
import { blobContract } from "../contract/blob-contract.ts";
import { startSwift, type SwiftCluster } from "../contract/start-swift.ts";
import { openS3BlobStore } from "./s3-blob-store.ts";

let swift: SwiftCluster;
beforeAll(async () => {
  swift = await startSwift();
}, 180_000);
afterAll(() => swift.stop());

blobContract("S3BlobStore over Swift", async () => {
  const store = await openS3BlobStore(await swift.makeBucket());
  return { store, dispose: () => store.close() };
});
