// PutBucketTransferAcceleration: stores the setting.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get, put } = modelBucket();

test("stores the configuration unchanged", async () => {
  const body =
    "<TransferAccelerationConfiguration><Enabled>true</Enabled>" +
    "</TransferAccelerationConfiguration>";
  expect((await put("?transferAcceleration", body)).status).toBe(200);
  expect((await get("?transferAcceleration")).body).toContain(body);
  expect((await get("?bucketInfo")).body).toContain("<TransferAcceleration>Enabled<");
});

test.each([
  "<Other/>",
  "<TransferAccelerationConfiguration/>",
  "<TransferAccelerationConfiguration><Enabled>yes</Enabled></TransferAccelerationConfiguration>",
])("refuses %s", async (body) => {
  const refused = await put("?transferAcceleration", body);
  expect(refused).toMatchObject({ status: 400, code: "MalformedXML", ec: "0015-00000231" });
});
