// AbortBucketWorm: only a policy that is not locked.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";
import { retentionDocument } from "../../testing/model-documents.ts";

const { get, post, put, remove } = modelBucket();
const retain = (days: number) => post("?worm", retentionDocument(days));

test("removes a policy that is not locked", async () => {
  expect(await remove("?worm")).toMatchObject({ status: 404, code: "NoSuchWORMConfiguration" });
  await put("/key", "x");
  await retain(1);
  expect((await remove("?worm")).status).toBe(204);
  expect((await get("?worm")).code).toBe("NoSuchWORMConfiguration");
  expect((await remove("/key")).status).toBe(204);
});

test("refuses a locked policy", async () => {
  const { headers } = await retain(1);
  await post(`?wormId=${headers["x-oss-worm-id"]}`);
  expect(await remove("?worm")).toMatchObject({ status: 403, code: "WORMConfigurationLocked" });
});
