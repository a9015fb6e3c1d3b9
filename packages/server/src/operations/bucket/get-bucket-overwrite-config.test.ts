// GetBucketOverwriteConfig: an error while there are no rules.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get } = modelBucket();

test("fails while the bucket has no rules", async () => {
  expect(await get("?overwriteConfig")).toMatchObject({
    status: 404,
    code: "NoSuchBucketOverwriteConfig",
  });
});
