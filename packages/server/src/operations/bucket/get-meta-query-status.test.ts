// GetMetaQueryStatus: ready, then running.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { pipeline, get, post } = modelBucket();

test("is ready right after the search was opened, and running soon after", async () => {
  expect(await get("?metaQuery")).toMatchObject({ status: 404, code: "MetaQueryNotExist" });
  await post("?metaQuery&comp=add");
  const { body } = await get("?metaQuery");
  expect(body).toContain("<State>Ready</State><Phase>IncrementalScanning</Phase>");
  expect(body).toContain("<CreateTime>2026-11-22T12:00:00.000000000+00:00</CreateTime>");
  pipeline().clock.ms += 3_000;
  expect((await get("?metaQuery")).body).toContain("<State>Running</State>");
});
