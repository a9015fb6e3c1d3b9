// CompleteBucketWorm: locks the policy of its id, within a day.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";
import { retentionDocument } from "../../testing/model-documents.ts";

const { get, pipeline, post } = modelBucket();
const retain = (days: number) => post("?worm", retentionDocument(days));

test("locks the policy of its id", async () => {
  const { headers } = await retain(1);
  const wrong = await post("?wormId=1666E2CFB2B3418");
  expect(wrong).toMatchObject({ status: 404, code: "NoSuchWORMConfiguration" });
  expect(wrong.body).toContain("<Message>The specified WORM ID does not exist</Message>");
  expect((await post(`?wormId=${headers["x-oss-worm-id"]}`)).status).toBe(200);
  expect((await get("?worm")).body).toContain("<State>Locked</State>");
});

test("refuses a policy that has ended", async () => {
  const { headers } = await retain(1);
  pipeline().clock.ms += 86_400_000;
  const answer = await post(`?wormId=${headers["x-oss-worm-id"]}`);
  expect(answer).toMatchObject({ status: 400, code: "InvalidWORMConfiguration" });
});
