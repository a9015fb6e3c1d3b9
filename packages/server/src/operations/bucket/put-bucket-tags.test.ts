// PutBucketTags: replaces the tags of a bucket.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get, put } = modelBucket();

function document(tags: readonly (readonly [string, string])[]): string {
  const elements = tags.map(
    ([key, value]) => `<Tag><Key>${key}</Key><Value>${value}</Value></Tag>`,
  );
  return `<Tagging><TagSet>${elements.join("")}</TagSet></Tagging>`;
}

test("replaces all tags", async () => {
  await put("?tagging", document([["a", "1"]]));
  expect((await put("?tagging", document([["b", "2"]]))).status).toBe(200);
  expect((await get("?tagging")).body).toContain(document([["b", "2"]]));
});

const many = Array.from({ length: 21 }, (_, at) => [String(at), ""] as const);
test.each([
  [document(many), "InvalidTag"],
  [document([["", "x"]]), "InvalidTag"],
  [document([["a".repeat(65), "x"]]), "InvalidTag"],
  [document([["a", "x".repeat(129)]]), "InvalidTag"],
  [
    document([
      ["a", "1"],
      ["a", "2"],
    ]),
    "InvalidTag",
  ],
  ["<Tagging/>", "MalformedXML"],
  ["<Tags/>", "MalformedXML"],
])("refuses %s", async (body, code) => {
  expect(await put("?tagging", body)).toMatchObject({ status: 400, code });
  expect((await get("?tagging")).body).toContain("<TagSet></TagSet>");
});
