// GetBucketTags: the tags, or an empty set.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get } = modelBucket();

test("returns an empty set for a bucket without tags", async () => {
  expect(await get("?tagging")).toMatchObject({ status: 200 });
  expect((await get("?tagging")).body).toContain("<Tagging><TagSet></TagSet></Tagging>");
});
