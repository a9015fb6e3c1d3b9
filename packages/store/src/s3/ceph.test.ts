// The contract of blobs over the S3 gateways of Ceph, and what the adapter does when they fail.
import { afterAll, beforeAll } from "vitest";
import { blobContract } from "../contract/blob-contract.ts";
import { type CephCluster, startCeph } from "../contract/start-ceph.ts";
import { openS3BlobStore } from "./s3-blob-store.ts";

let ceph: CephCluster;
beforeAll(async () => {
  ceph = await startCeph();
}, 180_000);
afterAll(() => ceph.stop());

blobContract("S3BlobStore over Ceph", async () => {
  const store = await openS3BlobStore(await ceph.makeBucket());
  return { store, dispose: () => store.close() };
});
