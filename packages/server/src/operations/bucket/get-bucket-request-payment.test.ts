// GetBucketRequestPayment: the owner pays until it is set.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get } = modelBucket();

test("is BucketOwner at first", async () => {
  const { status, body } = await get("?requestPayment");
  expect(status).toBe(200);
  expect(body).toContain(
    "<RequestPaymentConfiguration><Payer>BucketOwner</Payer></RequestPaymentConfiguration>",
  );
});
