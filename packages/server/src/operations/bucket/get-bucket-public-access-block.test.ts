// GetBucketPublicAccessBlock: off until it is set.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get } = modelBucket();

test("is false at first", async () => {
  const { status, body } = await get("?publicAccessBlock");
  expect(status).toBe(200);
  expect(body).toContain("<BlockPublicAccess>false</BlockPublicAccess>");
});
