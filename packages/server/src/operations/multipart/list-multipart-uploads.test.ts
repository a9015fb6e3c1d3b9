// ListMultipartUploads: by key and id, with prefix, delimiter and markers.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get, begin } = modelBucket();

const list = async (query: string): Promise<string[]> => {
  const { body } = await get(`?uploads&${query}`);
  return [...body.matchAll(/<(?:Upload><Key|CommonPrefixes><Prefix)>([^<]*)/g)].map(
    ([, key = ""]) => key,
  );
};

test("continues after a key, after one of its uploads, or after a rolled-up prefix", async () => {
  const ofA: string[] = [];
  for (const key of ["a", "a", "d/1", "d/2", "z"]) {
    const upload = await begin(key);
    if (key === "a") ofA.push(upload);
  }
  expect(await list("")).toEqual(["a", "a", "d/1", "d/2", "z"]);
  expect(await list("prefix=d")).toEqual(["d/1", "d/2"]);
  expect((await list("delimiter=%2F")).sort()).toEqual(["a", "a", "d/", "z"]);
  expect(await list("key-marker=a")).toEqual(["d/1", "d/2", "z"]);
  const [first = ""] = ofA.sort();
  expect(await list(`key-marker=a&upload-id-marker=${first}`)).toHaveLength(4);
  expect(await list("key-marker=d%2F&delimiter=%2F")).toEqual(["z"]);
  const stale = `key-marker=d%2F&delimiter=%2F&upload-id-marker=${first}`;
  expect(await list(stale)).toEqual(["z"]);
  expect(await list(`upload-id-marker=${first}`)).toHaveLength(5);
});

test("accepts keys and delimiters with NULs", async () => {
  await begin("x%00y");
  expect(await list("prefix=x&delimiter=%00y&encoding-type=url")).toEqual(["x%00y"]);
});

test("returns the markers of the next page, and refuses invalid page sizes", async () => {
  for (const key of ["a", "b", "c"]) await begin(key);
  const { body } = await get("?uploads&max-uploads=2");
  expect(body).toContain("<IsTruncated>true</IsTruncated>");
  expect(body).toContain("<NextKeyMarker>b</NextKeyMarker><NextUploadIdMarker>");
  const next = await get("?uploads&key-marker=b");
  expect(next.body).toContain("<KeyMarker></KeyMarker><UploadIdMarker></UploadIdMarker>");
  for (const size of [0, 1_001]) {
    expect(await get(`?uploads&max-uploads=${size}`)).toMatchObject({
      status: 400,
      code: "InvalidArgument",
    });
  }
});
