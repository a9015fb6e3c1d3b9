// DeleteBucketDeliveryPolicy: the server's own delivery settings apply to the bucket again.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get, put, remove } = modelBucket();

test("removes the policy, and succeeds when there is none", async () => {
  const document = "<DeliveryPolicy><OnFailure>hide</OnFailure></DeliveryPolicy>";
  await put("?x-ossicle-delivery-policy", document);
  expect((await remove("?x-ossicle-delivery-policy")).status).toBe(204);
  expect((await get("?x-ossicle-delivery-policy")).code).toBe("NoSuchDeliveryPolicy");
  expect((await remove("?x-ossicle-delivery-policy")).status).toBe(204);
});
