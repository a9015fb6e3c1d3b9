// PutObjectTagging: replaces the tags of an object.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get, head, put } = modelBucket();

function document(tags: readonly (readonly [string, string])[]): string {
  const elements = tags.map(
    ([key, value]) => `<Tag><Key>${key}</Key><Value>${value}</Value></Tag>`,
  );
  return `<Tagging><TagSet>${elements.join("")}</TagSet></Tagging>`;
}

test("replaces all tags, and a copy of the object has them too", async () => {
  await put("/k", "x", { "x-oss-tagging": "a=1&b=%20+" });
  expect((await head("/k")).headers["x-oss-tagging-count"]).toBe("2");
  expect((await put("/k?tagging", document([["c", ""]]))).status).toBe(200);
  expect((await get("/k?tagging")).body).toContain(document([["c", ""]]));
  await put("/copy", "", { "x-oss-copy-source": "/bucket/k" });
  expect((await get("/copy?tagging")).body).toContain(document([["c", ""]]));
});

const eleven = Array.from({ length: 11 }, (_, at) => [String(at), ""] as const);
test.each([
  [document(eleven), "InvalidTag"],
  [document([["", "x"]]), "InvalidTag"],
  [
    document([
      ["a", "1"],
      ["a", "2"],
    ]),
    "InvalidTag",
  ],
  [document([["%@", "1"]]), "InvalidTag"],
  [document([["a".repeat(129), "1"]]), "InvalidTag"],
  [document([["a", "1".repeat(257)]]), "InvalidTag"],
  ["<Tagging/>", "MalformedXML"],
  ["<Tagging>", "MalformedXML"],
])("refuses %s", async (body, code) => {
  await put("/k", "x");
  expect(await put("/k?tagging", body)).toMatchObject({ status: 400, code });
  expect((await get("/k?tagging")).body).toContain("<TagSet></TagSet>");
});

test("refuses tags that do not fit the record beside long headers, and keeps the old", async () => {
  const tags = Array.from(
    { length: 10 },
    (_, at) => [`${at}${"\u4e2d".repeat(127)}`, "\u4e2d".repeat(256)] as const,
  );
  const answer = await put("/k", "x", {
    "x-oss-meta-a": '"'.repeat(8_000), // each quote takes two bytes in the record
    "cache-control": '"'.repeat(2_000),
    "content-disposition": '"'.repeat(2_000),
    "x-oss-tagging": encodeURI(`${tags[0]?.[0]}=${tags[0]?.[1]}`),
  });
  expect(answer.status, answer.body).toBe(200);
  expect(await put("/k?tagging", document(tags))).toMatchObject({
    status: 400,
    code: "InvalidArgument",
  });
  expect((await get("/k")).headers["x-oss-tagging-count"]).toBe("1");
});
