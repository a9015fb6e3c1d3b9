// DeleteBucketCallbackPolicy: removes the stored callbacks.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get, put, remove } = modelBucket();

test("removes the stored callbacks, and succeeds when there are none", async () => {
  const callback = Buffer.from('{"callbackUrl":"http://a.com/","callbackBody":"b"}').toString(
    "base64",
  );
  await put(
    "?policy&comp=callback",
    "<BucketCallbackPolicy><PolicyItem><PolicyName>p</PolicyName>" +
      `<Callback>${callback}</Callback></PolicyItem></BucketCallbackPolicy>`,
  );
  for (const times of [1, 2]) {
    expect((await remove("?policy&comp=callback")).status, String(times)).toBe(204);
    expect((await get("?policy&comp=callback")).status).toBe(404);
  }
});
