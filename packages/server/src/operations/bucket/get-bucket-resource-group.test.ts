// GetBucketResourceGroup: the default group until it is set.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get } = modelBucket();

test("is the default group at first", async () => {
  const { status, body } = await get("?resourceGroup");
  expect(status).toBe(200);
  expect(body).toContain("<ResourceGroupId>rg-default</ResourceGroupId>");
});
