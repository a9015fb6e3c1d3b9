// DoMetaQuery: conditions, orders, pages and figures over the objects of a bucket.
import { beforeEach, expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";
import type { ModelAnswer } from "../../testing/model-pipeline.ts";

const { ask, pipeline, get, keepVersions, post, put, remove } = modelBucket();

beforeEach(async () => {
  await put("/a%3C%26%3E.txt", "1", {
    "x-oss-meta-Place": "%E4%B8%AD",
    "x-oss-tagging": "t=1&u=2",
  });
  pipeline().clock.ms += 1_000;
  await put("/b.txt", "22", { "x-oss-object-acl": "private", "x-oss-tagging": "t=2" });
  await put("/c.jpg", "333", { "x-oss-storage-class": "IA" });
  await post("?metaQuery&comp=add");
});

const search = (content: string): Promise<ModelAnswer> =>
  post("?metaQuery&comp=query", `<MetaQuery>${content}</MetaQuery>`);
const escaped = (json: object): string =>
  JSON.stringify(json).replaceAll("&", "&amp;").replaceAll("<", "&lt;");
const namesOf = ({ body }: ModelAnswer): readonly string[] =>
  [...body.matchAll(/<Filename>(.*?)<\/Filename>/g)].map(([, name = ""]) => name);
const find = async (query: object, more = ""): Promise<readonly string[]> =>
  namesOf(await search(`<Query>${escaped(query)}</Query>${more}`));
const is = (Field: string, Operation: string, Value: string) => ({ Field, Operation, Value });

test.each([
  [is("Size", "gt", "1"), ["b.txt", "c.jpg"]],
  [is("Size", "lte", "2"), ["a&lt;&amp;&gt;.txt", "b.txt"]],
  [is("Filename", "eq", "a<&>.txt"), ["a&lt;&amp;&gt;.txt"]],
  [is("Filename", "prefix", "b"), ["b.txt"]],
  [is("Filename", "match", ".txt"), ["a&lt;&amp;&gt;.txt", "b.txt"]],
  [is("OSSStorageClass", "eq", "IA"), ["c.jpg"]],
  [is("ObjectACL", "eq", "default"), ["a&lt;&amp;&gt;.txt", "c.jpg"]],
  [is("OSSTagging.t", "gte", "2"), ["b.txt"]],
  [is("OSSTagging.missing", "lt", "z"), []],
  [is("OSSUserMeta.X-OSS-Meta-place", "eq", "%E4%B8%AD"), ["a&lt;&amp;&gt;.txt"]],
  [is("FileModifiedTime", "lt", "2026-11-22T20:00:01+08:00"), ["a&lt;&amp;&gt;.txt"]],
  [
    { SubQueries: [is("Size", "gt", "1"), is("OSSTaggingCount", "eq", "0")], Operation: "and" },
    ["c.jpg"],
  ],
  [
    { SubQueries: [is("Size", "eq", "1"), is("Size", "eq", "3")], Operation: "or" },
    ["a&lt;&amp;&gt;.txt", "c.jpg"],
  ],
  [{ SubQueries: [is("Size", "gt", "1")], Operation: "not" }, ["a&lt;&amp;&gt;.txt"]],
])("%j finds %j", async (query, names) => {
  expect(await find(query)).toEqual(names);
});

test("shows metadata and tags, in their order", async () => {
  const { body } = await search("<MaxResults>1</MaxResults>");
  expect(body).toContain("<OSSTaggingCount>2</OSSTaggingCount><OSSTagging><Tagging><Key>t</Key>");
  expect(body).toContain(
    "<OSSUserMeta><UserMeta><Key>x-oss-meta-place</Key><Value>%E4%B8%AD</Value></UserMeta>",
  );
  expect(body).toContain("<FileModifiedTime>2026-11-22T12:00:00.000Z</FileModifiedTime>");
});

test("sorts, and pages by token", async () => {
  const pages: string[] = [];
  let token = "";
  do {
    const sort = `<NextToken>${token}</NextToken><MaxResults>1</MaxResults><Sort>Size</Sort>`;
    const answer = await search(sort);
    pages.push(...namesOf(answer));
    token = /<NextToken>(.*?)<\/NextToken>/.exec(answer.body)?.[1] ?? "";
  } while (token !== "");
  expect(pages).toEqual(["c.jpg", "b.txt", "a&lt;&amp;&gt;.txt"]);
  const ascending = "<Sort>Size</Sort><Order>asc</Order>";
  expect(namesOf(await search(ascending))).toEqual(pages.toReversed());
  const unsorted = await search("<MaxResults>2</MaxResults>");
  expect(namesOf(unsorted)).toEqual(["a&lt;&amp;&gt;.txt", "b.txt"]);
  const next = /<NextToken>(.+?)<\/NextToken>/.exec(unsorted.body)?.[1] ?? "";
  expect(namesOf(await search(`<NextToken>${next}</NextToken>`))).toEqual(["c.jpg"]);
  expect(namesOf(await search("<MaxResults>80369</MaxResults>"))).toHaveLength(3);
});

// Keys are listed in the order of UTF-8, in which JavaScript does not compare strings.
test.each(["", "<Sort>Size</Sort><Order>asc</Order>", "<Sort>Filename</Sort><Order>asc</Order>"])(
  "pages through keys outside of plane 0: %j",
  async (sort) => {
    const keys = ["x\ufe57", "x\uff01", "x\u{1f600}", "x\u{20000}"];
    for (const key of keys) await put(`/${encodeURIComponent(key)}`, "1");
    const query = `<Query>${escaped(is("Filename", "prefix", "x"))}</Query>`;
    const found: string[] = [];
    let token = "";
    do {
      const page = `<NextToken>${token}</NextToken><MaxResults>1</MaxResults>${sort}${query}`;
      const answer = await search(page);
      found.push(...namesOf(answer));
      token = /<NextToken>(.*?)<\/NextToken>/.exec(answer.body)?.[1] ?? "";
    } while (token !== "");
    expect(found).toEqual(keys);
  },
);

test("gives figures in place of files", async () => {
  const of = (field: string, operation: string): string =>
    `<Aggregation><Field>${field}</Field><Operation>${operation}</Operation></Aggregation>`;
  const asked = [
    of("Size", "sum"),
    of("Size", "min"),
    of("Size", "max"),
    of("Size", "average"),
    of("Filename", "count"),
    of("OSSStorageClass", "distinct"),
    of("OSSStorageClass", "group"),
  ];
  const { body } = await search(`<Aggregations>${asked.join("")}</Aggregations>`);
  expect([...body.matchAll(/<Operation>\w+<\/Operation><Value>(.*?)</g)].map(([, v]) => v)).toEqual(
    ["6", "1", "3", "2", "3", "2"],
  );
  expect(body).toContain(
    "<Groups><Group><Value>Standard</Value><Count>2</Count></Group>" +
      "<Group><Value>IA</Value><Count>1</Count></Group></Groups>",
  );
  expect(namesOf({ body } as ModelAnswer)).toEqual([]);
});

test("finds current versions only", async () => {
  await keepVersions();
  await put("/b.txt", "4444");
  await remove("/c.jpg");
  expect(await find(is("Size", "gte", "2"))).toEqual(["b.txt"]);
});

test.each([
  ["no JSON", "{"],
  ["an unknown field", JSON.stringify(is("Colour", "eq", "red"))],
  ["an unknown operation", JSON.stringify(is("Size", "near", "1"))],
  ["an operation that the field lacks", JSON.stringify(is("Size", "match", "1"))],
  ["no number", JSON.stringify(is("Size", "gt", "x"))],
  ["no value", JSON.stringify({ Field: "Size", Operation: "gt" })],
  ["an unknown combination", JSON.stringify({ SubQueries: [], Operation: "xor" })],
  ["too many levels", "[".repeat(2_000)],
  [
    "too many conditions",
    JSON.stringify({ SubQueries: Array(101).fill(is("Size", "gt", "1")), Operation: "or" }),
  ],
])("refuses %s", async (_what, query) => {
  expect(await search(`<Query>${query}</Query>`)).toMatchObject({
    status: 400,
    code: "InvalidArgument",
  });
});

test.each([
  "<Sort>OSSTagging.t</Sort>",
  "<Sort>Colour</Sort>",
  "<NextToken>x</NextToken>",
  "<Aggregations><Aggregation><Field>ETag</Field><Operation>sum</Operation></Aggregation>" +
    "</Aggregations>",
])("refuses %s", async (content) => {
  expect(await search(content)).toMatchObject({ status: 400, code: "InvalidArgument" });
});

test("needs an open search", async () => {
  await post("?metaQuery&comp=delete");
  expect(await search("")).toMatchObject({ status: 404, code: "MetaQueryNotExist" });
  const stranger = { method: "POST", path: "/bucket?metaQuery&comp=query", anonymous: true };
  expect((await ask(stranger)).status).toBe(403);
  expect((await get("?metaQuery")).status).toBe(404);
});

test("refuses a query of a client that has too many under way", async () => {
  const { metaQueries } = pipeline().services;
  const running = Array.from({ length: 4 }, () => metaQueries.acquire("192.0.2.1"));
  expect(await search("")).toMatchObject({ status: 503, code: "ServiceUnavailable" });
  for (const release of running) release();
  expect(await search("")).toMatchObject({ status: 200 });
  await search("<Query>{</Query>");
  const free = Array.from({ length: 4 }, () => metaQueries.acquire("192.0.2.1"));
  expect(free).toHaveLength(4); // answered and refused queries have ended
});
