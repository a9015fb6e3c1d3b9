// DeleteBucket: removes a bucket only when it is empty.
import { expect, test } from "vitest";
import { commitOnce } from "../../objects/records/commit.ts";
import { configRecords, gateRecords } from "../../objects/records/key-space.ts";
import { modelBucket } from "../../testing/model-bucket.ts";

const { pipeline, get, put, remove, keepVersions, begin } = modelBucket();

test("removes an empty bucket; a new one of its name is empty and private", async () => {
  await put("/k", "x");
  await put("?acl", "", { "x-oss-acl": "public-read" });
  await remove("/k");
  expect((await remove("")).status).toBe(204);
  expect((await put("/k", "x")).code).toBe("NoSuchBucket");
  await put("");
  expect((await get("/k")).code).toBe("NoSuchKey");
  expect((await get("?acl")).body).toContain("<Grant>private</Grant>");
});

test("leaves a bucket with objects unchanged", async () => {
  await put("/k", "x");
  expect(await remove("")).toMatchObject({
    status: 409,
    code: "BucketNotEmpty",
    ec: "0015-00000301",
  });
  expect((await put("/k2", "x")).status).toBe(200);
});

test("counts uploads, noncurrent versions and delete markers as content", async () => {
  const upload = await begin("k");
  expect((await remove("")).code).toBe("BucketNotEmpty");
  await remove(`/k?uploadId=${upload}`);
  await keepVersions();
  const marker = await remove("/k");
  expect((await remove("")).code).toBe("BucketNotEmpty");
  await remove(`/k?versionId=${marker.headers["x-oss-version-id"]}`);
  expect((await remove("")).status).toBe(204);
});

test("removes more documents than one commit takes", async () => {
  const { metadata } = pipeline();
  const [id] = await gateIds();
  if (id === undefined) throw new Error("there is no bucket");
  for (let at = 0; at < 250; at += 1) {
    const key = configRecords.key(id, `inventory/${at}`);
    const value = Buffer.from("{}");
    await commitOnce(metadata, { checks: [], puts: [{ key, value }], deletes: [] });
  }
  expect((await remove("")).status).toBe(204);
  const { rows } = await metadata.scan({ ...configRecords.range(id), limit: 1 });
  expect(rows).toEqual([]);
  expect(await gateIds()).toEqual([]);
});

async function gateIds(): Promise<readonly Uint8Array[]> {
  const { rows } = await pipeline().metadata.scan({ ...gateRecords.range(), limit: 10 });
  return rows.flatMap((row) => ("entry" in row ? [gateRecords.partOf(row.entry.key, 0)] : []));
}

test.each([2, 3, 8])(
  "of %i concurrent callers one removes the bucket, and the others get 204 or 404",
  async (callers) => {
    const answers = await Promise.all(Array.from({ length: callers }, () => remove("")));
    const statuses = answers.map(({ status }) => status);
    expect(statuses).toContain(204);
    expect(statuses.every((status) => status === 204 || status === 404)).toBe(true);
    expect((await get("")).code).toBe("NoSuchBucket");
  },
);
