// ListLiveChannel: always an empty list.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get } = modelBucket();

test("returns an empty list that repeats the request's parameters", async () => {
  const { status, body } = await get("?live&prefix=a&max-keys=5");
  expect(status).toBe(200);
  expect(body).toContain("<ListLiveChannelResult><Prefix>a</Prefix>");
  expect(body).toContain("<MaxKeys>5</MaxKeys><IsTruncated>false</IsTruncated>");
  expect(body).not.toContain("<LiveChannel>");
});
