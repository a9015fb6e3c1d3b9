// GetBucketReferer: the default of OSS, then the stored document.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get, put } = modelBucket();

test("returns OSS's default for a bucket without a document, then what was stored", async () => {
  const before = await get("?referer");
  expect(before.status).toBe(200);
  expect(before.body).toContain("<AllowEmptyReferer>true</AllowEmptyReferer>");
  expect(before.body).toContain("<AllowTruncateQueryString>true</AllowTruncateQueryString>");
  expect(before.body).toContain("<TruncatePath>false</TruncatePath>");
  expect(before.body).toMatch(/<RefererList ?\/>|<RefererList><\/RefererList>/);
  const listed = "<RefererList><Referer>https://*.example.com</Referer></RefererList>";
  const empty = "<AllowEmptyReferer>false</AllowEmptyReferer>";
  await put("?referer", `<RefererConfiguration>${empty}${listed}</RefererConfiguration>`);
  const { body } = await get("?referer");
  expect(body).toContain(empty);
  expect(body).toContain(listed);
});
