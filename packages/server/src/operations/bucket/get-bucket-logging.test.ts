// GetBucketLogging: the target, with an empty prefix where none was sent.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get, put } = modelBucket();

test("returns the target, and an empty document without one", async () => {
  const none = await get("?logging");
  expect(none.status).toBe(200);
  expect(none.body).toMatch(
    /<BucketLoggingStatus ?\/>|<BucketLoggingStatus><\/BucketLoggingStatus>/,
  );
  const enabled = "<LoggingEnabled><TargetBucket>bucket</TargetBucket></LoggingEnabled>";
  await put("?logging", `<BucketLoggingStatus>${enabled}</BucketLoggingStatus>`);
  expect((await get("?logging")).body).toMatch(
    /<TargetBucket>bucket<\/TargetBucket><TargetPrefix>?(?: ?\/>|<\/TargetPrefix>)/,
  );
});
