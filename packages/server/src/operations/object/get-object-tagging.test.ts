// GetObjectTagging: the tags, or an empty set.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get, put } = modelBucket();

test("returns the tags that were stored with the object", async () => {
  await put("/k", "x", { "x-oss-tagging": "a=1&b=%20+" });
  expect((await get("/k?tagging")).body).toContain(
    "<TagSet><Tag><Key>a</Key><Value>1</Value></Tag><Tag><Key>b</Key><Value>  </Value></Tag>" +
      "</TagSet>",
  );
  await put("/bare", "x");
  expect((await get("/bare?tagging")).body).toContain("<TagSet></TagSet>");
  expect((await get("/none?tagging")).code).toBe("NoSuchKey");
});
