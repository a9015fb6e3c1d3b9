// GetBucketPolicy: the text as it was set.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get, put } = modelBucket();

test("returns the text byte for byte, and NoSuchBucketPolicy without one", async () => {
  expect(await get("?policy")).toMatchObject({
    status: 404,
    code: "NoSuchBucketPolicy",
    ec: "0030-00000006",
  });
  const text =
    '{ "Statement": [{"Effect":"Allow", "Action":["oss:PutObject"],' +
    '  "Resource":["acs:oss:*:*:*/user1/*"]}],\n"Version": "1" }';
  expect((await put("?policy", text, { "content-type": "application/xml" })).status).toBe(200);
  const { body, headers } = await get("?policy");
  expect(body).toBe(text);
  expect(headers["content-type"]).toBe("application/json");
});
