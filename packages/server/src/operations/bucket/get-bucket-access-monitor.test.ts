// GetBucketAccessMonitor: Disabled until it is set.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get } = modelBucket();

test("is Disabled at first", async () => {
  const { status, body } = await get("?accessmonitor");
  expect(status).toBe(200);
  expect(body).toContain(
    "<AccessMonitorConfiguration><Status>Disabled</Status></AccessMonitorConfiguration>",
  );
});
