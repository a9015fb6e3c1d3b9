// GetBucketCallbackPolicy: the stored callbacks.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get, put } = modelBucket();

test("returns the stored callbacks, or 404 when there are none", async () => {
  expect(await get("?policy&comp=callback")).toMatchObject({
    status: 404,
    code: "BucketCallbackPolicyNotExist",
  });
  const callback = Buffer.from('{"callbackUrl":"http://a.com/","callbackBody":"b"}').toString(
    "base64",
  );
  const items =
    `<PolicyItem><PolicyName>p</PolicyName><Callback>${callback}</Callback><CallbackVar>` +
    "</CallbackVar></PolicyItem>";
  await put("?policy&comp=callback", `<BucketCallbackPolicy>${items}</BucketCallbackPolicy>`);
  expect((await get("?policy&comp=callback")).body).toContain(items);
});
