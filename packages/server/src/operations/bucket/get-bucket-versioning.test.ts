// GetBucketVersioning: the status, once there is one.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get, keepVersions } = modelBucket();

test("has no status until versioning is configured", async () => {
  expect((await get("?versioning")).body).not.toContain("<Status>");
  await keepVersions();
  expect((await get("?versioning")).body).toContain("<Status>Enabled</Status>");
});
