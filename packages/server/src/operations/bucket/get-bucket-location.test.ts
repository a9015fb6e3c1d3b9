// GetBucketLocation: the store's one region.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get } = modelBucket();

test("names the region", async () => {
  const { status, body } = await get("?location");
  expect(status).toBe(200);
  expect(body).toContain("<LocationConstraint>oss-cn-hangzhou</LocationConstraint>");
});
