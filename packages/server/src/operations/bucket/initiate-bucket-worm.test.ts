// InitiateBucketWorm: what a retention policy protects from every key.
import { describe, expect, test } from "vitest";
import { Lifecycle } from "../../maintenance/lifecycle/lifecycle.ts";
import { modelBucket } from "../../testing/model-bucket.ts";
import { retentionDocument } from "../../testing/model-documents.ts";

const { get, head, keepVersions, pipeline, post, put, remove } = modelBucket();
const dayMs = 86_400_000;
const retain = (days: number) => post("?worm", retentionDocument(days));
const immutable = { status: 409, code: "FileImmutable", ec: "0026-00000005" };

async function lock(days: number): Promise<string> {
  const { headers } = await retain(days);
  const id = headers["x-oss-worm-id"] ?? "";
  expect((await post(`?wormId=${id}`)).status).toBe(200);
  return id;
}

test("answers with an id, and refuses a second policy", async () => {
  const { status, headers } = await retain(1);
  expect(status).toBe(200);
  expect(headers["x-oss-worm-id"]).toMatch(/^[0-9A-F]{32}$/);
  expect(await retain(2)).toMatchObject({ status: 400, code: "InvalidWORMConfiguration" });
});

test.each(["0", "25551", "x", ""])("refuses %s days", async (days) => {
  const period = `<RetentionPeriodInDays>${days}</RetentionPeriodInDays>`;
  const body = `<InitiateWormConfiguration>${period}</InitiateWormConfiguration>`;
  expect((await post("?worm", body)).code).toBe("MalformedXML");
});

describe("an object under a locked policy", () => {
  const large = "y".repeat(500);
  const kept = async (): Promise<void> => {
    expect((await get("/small")).body).toBe("x");
    expect((await get("/large")).body).toBe(large);
  };

  test("cannot be overwritten or removed in any way, until its days are over", async () => {
    await put("/small", "x"); // before the policy
    await lock(2);
    await put("/large", large);
    for (const key of ["/small", "/large"]) {
      expect(await put(key, "new")).toMatchObject(immutable);
      expect(await remove(key)).toMatchObject(immutable);
      expect(await remove(`${key}?versionId=null`)).toMatchObject(immutable);
      const copied = { "x-oss-copy-source": "/bucket/small" };
      expect(await put(key, "", copied)).toMatchObject(immutable);
      expect(await put(`${key}?symlink`, "", { "x-oss-symlink-target": "a" })).toMatchObject(
        immutable,
      );
      const many = `<Delete><Object><Key>${key.slice(1)}</Key></Object></Delete>`;
      expect(await post("?delete", many)).toMatchObject(immutable);
    }
    await kept();
    expect((await put("/other", "z")).status).toBe(200);
    pipeline().clock.ms += 2 * dayMs;
    expect((await put("/small", "new")).status).toBe(200);
    expect((await remove("/large")).status).toBe(204);
  });

  test("is not replaced by a completed upload, an append or a form", async () => {
    await put("/small", "x");
    await post("/log?append&position=0", "one");
    const begun = await post("/small?uploads");
    const id = /<UploadId>([0-9A-F]{32})</.exec(begun.body)?.[1] ?? "";
    const part = await put(`/small?partNumber=1&uploadId=${id}`, "part");
    await lock(1);
    expect(await post("/log?append&position=3", "two")).toMatchObject(immutable);
    const parts =
      "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber>" +
      `<ETag>${part.headers["etag"]}</ETag></Part></CompleteMultipartUpload>`;
    expect(await post(`/small?uploadId=${id}`, parts)).toMatchObject(immutable);
    expect((await get("/small")).body).toBe("x");
    expect((await get("/log")).body).toBe("one");
  });

  test("stays when lifecycle rules would remove it, but may be moved", async () => {
    await put("/small", "x");
    await lock(30);
    const rule = (action: string, prefix: string): string =>
      `<Rule><Prefix>${prefix}</Prefix><Status>Enabled</Status>${action}</Rule>`;
    const expire = "<Expiration><Days>5</Days></Expiration>";
    const move = "<Transition><Days>1</Days><StorageClass>IA</StorageClass></Transition>";
    await put(
      "?lifecycle",
      `<LifecycleConfiguration>${rule(move + expire, "")}</LifecycleConfiguration>`,
    );
    pipeline().clock.ms += 10 * dayMs;
    expect(await new Lifecycle(pipeline().services).run()).toMatchObject({ removed: 0, moved: 0 });
    expect((await get("/small")).body).toBe("x");
    pipeline().clock.ms += 30 * dayMs;
    expect(await new Lifecycle(pipeline().services).run()).toMatchObject({ removed: 1 });
  });

  test("in a bucket with versions gets new versions and markers, and keeps the old", async () => {
    await keepVersions();
    await put("/small", "x");
    await lock(1);
    expect((await put("/small", "new")).status).toBe(200);
    expect((await remove("/small")).status).toBe(204);
    const { body } = await get("?versions");
    const ids = [...body.matchAll(/<Version>.*?<VersionId>([^<]+)</gs)].map(([, id]) => id);
    expect(ids).toHaveLength(2);
    for (const id of ids) expect(await remove(`/small?versionId=${id}`)).toMatchObject(immutable);
    const suspended =
      "<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>";
    expect((await put("?versioning", suspended)).code).toBe("InvalidWORMConfiguration");
  });
});

test("a deletion of many keys removes none when one of them is protected", async () => {
  await put("/old", "x");
  await lock(1);
  pipeline().clock.ms += dayMs;
  await put("/new", "x");
  const keys = ["old", "new"].map((key) => `<Object><Key>${key}</Key></Object>`);
  expect(await post("?delete", `<Delete>${keys.join("")}</Delete>`)).toMatchObject(immutable);
  expect((await head("/old")).status).toBe(200);
});

test("a policy that is not locked within a day protects nothing any more", async () => {
  await put("/key", "x");
  await retain(30);
  expect(await remove("/key")).toMatchObject(immutable);
  pipeline().clock.ms += dayMs;
  expect((await remove("/key")).status).toBe(204);
  expect((await get("?worm")).body).toContain("<State>Expired</State>");
  expect((await head("/key")).status).toBe(404);
});

test("an empty bucket with a locked policy can be deleted", async () => {
  await lock(9_999);
  expect((await remove("")).status).toBe(204);
});
