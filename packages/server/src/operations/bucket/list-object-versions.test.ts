// ListObjectVersions: lists every version, by key and with a key's newest version first.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get, put, remove, keepVersions } = modelBucket();

const entries = (body: string): string[] =>
  [...body.matchAll(/<(Version|DeleteMarker)><Key>([^<]*)<\/Key>.*?<IsLatest>(\w+)</g)].map(
    ([, kind, key, latest]) => `${kind} ${key}${latest === "true" ? " latest" : ""}`,
  );

test("lists versions and delete markers, with a key's newest version first", async () => {
  await put("/a", "null");
  await keepVersions();
  await put("/a", "1");
  await remove("/b");
  await put("/b", "2");
  expect(entries((await get("?versions")).body)).toEqual([
    "Version a latest",
    "Version a",
    "Version b latest",
    "DeleteMarker b",
  ]);
});

test("pages by key and version, without a gap or a repetition", async () => {
  await keepVersions();
  for (const key of ["a", "b/1", "b/2", "c"]) {
    for (const body of ["1", "2", "3"]) await put(`/${key}`, body);
  }
  const seen: string[] = [];
  let query = "?versions&delimiter=%2F&max-keys=2";
  for (let page = 0; page < 10; page += 1) {
    const { body } = await get(query);
    seen.push(...entries(body), ...(body.match(/<CommonPrefixes><Prefix>[^<]*/g) ?? []));
    const key = /<NextKeyMarker>([^<]*)</.exec(body)?.[1];
    if (key === undefined) break;
    const version = /<NextVersionIdMarker>([^<]*)</.exec(body)?.[1] ?? "";
    query =
      `?versions&delimiter=%2F&max-keys=2&key-marker=${encodeURIComponent(key)}` +
      `&version-id-marker=${version}`;
  }
  expect(seen).toHaveLength(7);
  expect(new Set(seen).size).toBe(5); // the two noncurrent versions of a key look the same here
});

test.each([
  ["max-keys=1001", { ec: "0012-00000102" }],
  ["version-id-marker=x", { code: "InvalidArgument" }],
  [`key-marker=${"a".repeat(1_025)}`, { code: "InvalidArgument" }],
  [`prefix=${"a".repeat(1_025)}`, { code: "InvalidArgument" }],
])("refuses %s", async (query, expected) => {
  expect(await get(`?versions&${query}`)).toMatchObject({ status: 400, ...expected });
});
