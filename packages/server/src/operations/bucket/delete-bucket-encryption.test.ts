// DeleteBucketEncryption: later objects are stored as they are, earlier ones stay encrypted.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get, put, remove } = modelBucket();

test("ends the encryption of new objects only", async () => {
  await put(
    "?encryption",
    "<ServerSideEncryptionRule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256" +
      "</SSEAlgorithm></ApplyServerSideEncryptionByDefault></ServerSideEncryptionRule>",
  );
  await put("/before", "x");
  expect((await remove("?encryption")).status).toBe(204);
  expect((await remove("?encryption")).status).toBe(204);
  await put("/after", "x");
  const name = "x-oss-server-side-encryption";
  expect((await get("/before")).headers[name]).toBe("AES256");
  expect((await get("/after")).headers[name]).toBeUndefined();
});
