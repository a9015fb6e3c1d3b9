// DeleteBucketTags: removes all tags, or only the named ones.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get, put, remove } = modelBucket();

function tags(...names: readonly string[]): string {
  const elements = names.map((name) => `<Tag><Key>${name}</Key><Value>1</Value></Tag>`);
  return `<TagSet>${elements.join("")}</TagSet>`;
}
const tag = (...names: readonly string[]) =>
  put("?tagging", `<Tagging>${tags(...names)}</Tagging>`);

test("removes the named tags, or all tags", async () => {
  await tag("a", "b", "c");
  expect((await remove("?tagging=a,c")).status).toBe(204);
  expect((await get("?tagging")).body).toContain(tags("b"));
  expect((await remove("?tagging")).status).toBe(204);
  expect((await get("?tagging")).body).toContain(tags());
});

test("removes every named tag when several removals run at once", async () => {
  await tag("a", "b", "c", "d");
  await Promise.all(["a", "b", "c"].map((name) => remove(`?tagging=${name}`)));
  expect((await get("?tagging")).body).toContain(tags("d"));
});
