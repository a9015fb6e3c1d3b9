// DeleteBucketLogging removes the log's target, and succeeds if there is none.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get, put, remove } = modelBucket();

test("turns the log off, and succeeds without one", async () => {
  const enabled = "<LoggingEnabled><TargetBucket>bucket</TargetBucket></LoggingEnabled>";
  await put("?logging", `<BucketLoggingStatus>${enabled}</BucketLoggingStatus>`);
  expect((await remove("?logging")).status).toBe(204);
  expect((await remove("?logging")).status).toBe(204);
  expect((await get("?logging")).body).not.toContain("TargetBucket");
});
