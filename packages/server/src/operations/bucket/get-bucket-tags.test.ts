// GetBucketTags: the tags, or an empty set.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get } = modelBucket();

test("has an empty set without tags", async () => {
  expect(await get("?tagging")).toMatchObject({ status: 200 });
  expect((await get("?tagging")).body).toContain("<Tagging><TagSet></TagSet></Tagging>");
});
