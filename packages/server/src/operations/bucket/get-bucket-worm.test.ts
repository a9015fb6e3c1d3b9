// GetBucketWorm: the policy, and its state.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";
import { retentionDocument } from "../../testing/model-documents.ts";

const { get, post } = modelBucket();
const retain = (days: number) => post("?worm", retentionDocument(days));

test("returns the policy of a bucket, and NoSuchWORMConfiguration without one", async () => {
  const none = await get("?worm");
  expect(none).toMatchObject({ status: 404, code: "NoSuchWORMConfiguration", ec: "0027-00000009" });
  const { headers } = await retain(7);
  expect((await get("?worm")).body).toContain(
    `<WormConfiguration><WormId>${headers["x-oss-worm-id"]}</WormId><State>InProgress</State>` +
      "<RetentionPeriodInDays>7</RetentionPeriodInDays>" +
      "<CreationDate>2026-11-22T12:00:00.000Z</CreationDate></WormConfiguration>",
  );
});
