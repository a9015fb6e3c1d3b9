// GetBucketArchiveDirectRead: an error until it is set.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get } = modelBucket();

test("returns 404 until the document is set", async () => {
  expect(await get("?bucketArchiveDirectRead")).toMatchObject({
    status: 404,
    code: "NoSuchArchiveDirectReadConfiguration",
  });
});
