// ListBuckets: by name, page by page, or by tags.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { ask, put } = modelBucket();

const names = (body: string): string[] =>
  [...body.matchAll(/<Bucket>.*?<Name>([^<]*)</g)].map(([, name = ""]) => name);
const list = (query = "") => ask({ method: "GET", path: `/${query}` });

test("pages by marker, and filters by prefix", async () => {
  for (const path of ["/abc", "/abd", "/xyz"]) await ask({ method: "PUT", path });
  expect(names((await list()).body)).toEqual(["abc", "abd", "bucket", "xyz"]);
  expect(names((await list("?prefix=ab")).body)).toEqual(["abc", "abd"]);
  const page = await list("?max-keys=2");
  expect(page.body).toContain("<IsTruncated>true</IsTruncated><NextMarker>abd</NextMarker>");
  expect(names((await list("?marker=abd")).body)).toEqual(["bucket", "xyz"]);
});

test("finds buckets by tags", async () => {
  await ask({ method: "PUT", path: "/abc" });
  await put(
    "?tagging",
    "<Tagging><TagSet><Tag><Key>a</Key><Value>1</Value></Tag></TagSet></Tagging>",
  );
  expect(names((await list("?tag-key=a")).body)).toEqual(["bucket"]);
  expect(names((await list("?tag-key=a&tag-value=2")).body)).toEqual([]);
  expect(names((await list("?tagging=%22a%22%3A%221%22")).body)).toEqual(["bucket"]);
});

test("finds buckets by resource group, and returns the group only then", async () => {
  const group = "rg-acfmxazb4ph1234";
  await ask({ method: "PUT", path: "/abc", headers: { "x-oss-resource-group-id": group } });
  const of = (id: string) =>
    ask({ method: "GET", path: "/", headers: { "x-oss-resource-group-id": id } });
  expect(names((await of(group)).body)).toEqual(["abc"]);
  expect((await of("rg-default")).body).toContain("<ResourceGroupId>rg-default</ResourceGroupId>");
  expect(names((await of("rg-default")).body)).toEqual(["bucket"]);
  expect((await list()).body).not.toContain("<ResourceGroupId>");
});

test("refuses anonymous requests, invalid page sizes and malformed tag filters", async () => {
  expect(await ask({ method: "GET", path: "/", anonymous: true })).toMatchObject({
    status: 403,
    code: "AccessDenied",
  });
  for (const size of [0, 1_001]) {
    expect(await list(`?max-keys=${size}`)).toMatchObject({ status: 400, ec: "0017-00000289" });
  }
  expect(await list("?tagging=a")).toMatchObject({ status: 400, code: "InvalidArgument" });
});

test.each([
  "prefix=A",
  "prefix=a_b",
  "prefix=-a",
  "prefix=%E4%B8%AD",
  `prefix=${"a".repeat(64)}`,
  "tag-value=v",
])("refuses %s", async (query) => {
  expect(await list(`?${query}`)).toMatchObject({ status: 400, code: "InvalidArgument" });
});

test("accepts a prefix that a bucket's name may begin with", async () => {
  expect(names((await list("?prefix=buck")).body)).toEqual(["bucket"]);
  expect((await list("?prefix=0-")).status).toBe(200);
  expect((await list("?prefix=&tag-value=&max-keys=")).status).toBe(200);
});
