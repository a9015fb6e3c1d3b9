// GetBucketTransferAcceleration: an error until it is set.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get } = modelBucket();

test("is not there at first", async () => {
  expect(await get("?transferAcceleration")).toMatchObject({
    status: 404,
    code: "NoSuchTransferAccelerationConfiguration",
  });
});
