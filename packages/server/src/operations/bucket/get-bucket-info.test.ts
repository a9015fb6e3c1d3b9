// GetBucketInfo: returns the bucket's current settings.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get, put, keepVersions } = modelBucket();

test("returns a new bucket's settings, without a versioning status", async () => {
  const { status, body } = await get("?bucketInfo");
  expect(status).toBe(200);
  for (const part of [
    "<AccessMonitor>Disabled<",
    "<BlockPublicAccess>false<",
    "<CreationDate>2026-11-22T12:00:00.000Z<",
    "<Name>bucket<",
    "<ExtranetEndpoint>127.0.0.1:9650<",
    "<Grant>private<",
    "<SSEAlgorithm>None<",
    "<ResourceGroupId>rg-default<",
  ]) {
    expect(body).toContain(part);
  }
  expect(body).not.toContain("<Versioning>");
});

test("reflects changes of the ACL, of versioning and of configuration documents", async () => {
  await put("?acl", "", { "x-oss-acl": "public-read" });
  await keepVersions();
  await put(
    "?accessmonitor",
    "<AccessMonitorConfiguration><Status>Enabled</Status></AccessMonitorConfiguration>",
  );
  await put(
    "?transferAcceleration",
    "<TransferAccelerationConfiguration><Enabled>true</Enabled>" +
      "</TransferAccelerationConfiguration>",
  );
  const { body } = await get("?bucketInfo");
  for (const part of [
    "<Grant>public-read<",
    "<Versioning>Enabled<",
    "<AccessMonitor>Enabled<",
    "<TransferAcceleration>Enabled<",
  ]) {
    expect(body).toContain(part);
  }
});
