// ListParts: pages by number.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get, put, begin } = modelBucket();

test("pages by number, with digests and sizes", async () => {
  const upload = await begin("k");
  for (const number of [1, 2, 5]) {
    await put(`/k?partNumber=${number}&uploadId=${upload}`, `part ${number}`);
  }
  const numbers = async (query: string): Promise<string[]> =>
    [...(await get(`/k?uploadId=${upload}${query}`)).body.matchAll(/<PartNumber>(\d+)/g)].map(
      ([, number = ""]) => number,
    );
  const first = await get(`/k?uploadId=${upload}&max-parts=2`);
  expect(first.body).toContain("<IsTruncated>true</IsTruncated>");
  expect(first.body).toContain("<NextPartNumberMarker>2</NextPartNumberMarker>");
  expect(first.body).toMatch(
    /<ETag>"[0-9A-F]{32}"<\/ETag><HashCrc64ecma>\d+<\/HashCrc64ecma><Size>6</,
  );
  expect(await numbers("&part-number-marker=2")).toEqual(["5"]);
  expect(await numbers("&part-number-marker=")).toEqual(["1", "2", "5"]);
});

test("refuses an invalid page size, and a missing upload", async () => {
  const upload = await begin("k");
  expect(await get(`/k?uploadId=${upload}&max-parts=1001`)).toMatchObject({
    status: 400,
    code: "InvalidArgument",
  });
  for (const id of ["none", "0".repeat(32)]) {
    expect(await get(`/k?uploadId=${id}`)).toMatchObject({
      status: 404,
      code: "NoSuchUpload",
      ec: "0042-00000002",
    });
  }
  expect((await get(`/other?uploadId=${upload}`)).code).toBe("NoSuchUpload");
});
