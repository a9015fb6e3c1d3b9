// DeleteBucketTransferAcceleration: removes the setting.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get, put, remove } = modelBucket();

test("removes the setting, and succeeds when there is none", async () => {
  await put(
    "?transferAcceleration",
    "<TransferAccelerationConfiguration><Enabled>true</Enabled>" +
      "</TransferAccelerationConfiguration>",
  );
  for (const times of [1, 2]) {
    expect((await remove("?transferAcceleration")).status, String(times)).toBe(204);
    expect((await get("?transferAcceleration")).status).toBe(404);
  }
});
