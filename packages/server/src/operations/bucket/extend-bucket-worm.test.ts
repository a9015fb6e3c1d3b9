// ExtendBucketWorm: only a locked policy, and only to more days.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";
import { retentionDocument } from "../../testing/model-documents.ts";

const { get, pipeline, post, put, remove } = modelBucket();
const retain = (days: number) => post("?worm", retentionDocument(days));
const extend = (id: string, days: number) =>
  post(
    `?wormExtend&wormId=${id}`,
    "<ExtendWormConfiguration><RetentionPeriodInDays>" +
      `${days}</RetentionPeriodInDays></ExtendWormConfiguration>`,
  );

test("makes the retention longer, for the objects that exist too", async () => {
  const { headers } = await retain(2);
  const id = headers["x-oss-worm-id"] ?? "";
  const refused = { status: 400, code: "InvalidWORMConfiguration" };
  expect(await extend(id, 3)).toMatchObject(refused); // not locked
  await post(`?wormId=${id}`);
  await put("/key", "x");
  expect(await extend(id, 2)).toMatchObject(refused);
  expect(await extend("0", 3)).toMatchObject({ status: 404 });
  expect((await extend(id, 3)).status).toBe(200);
  expect((await get("?worm")).body).toContain("<RetentionPeriodInDays>3</RetentionPeriodInDays>");
  pipeline().clock.ms += 2.5 * 86_400_000;
  expect((await remove("/key")).code).toBe("FileImmutable");
});
