// GetBucketEncryption: an error while there is no rule.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get } = modelBucket();

test("fails while the bucket has no rule", async () => {
  expect(await get("?encryption")).toMatchObject({
    status: 404,
    code: "NoSuchServerSideEncryptionRule",
    ec: "0005-00000004",
  });
});
