// DeleteBucketOverwriteConfig: overwriting is allowed again.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get, put, remove } = modelBucket();

test("allows overwriting again", async () => {
  await put("/k", "first");
  const rule = "<Rule><Action>forbid</Action></Rule>";
  await put("?overwriteConfig", `<OverwriteConfiguration>${rule}</OverwriteConfiguration>`);
  expect((await put("/k", "second")).status).toBe(409);
  expect((await remove("?overwriteConfig")).status).toBe(204);
  expect((await remove("?overwriteConfig")).status).toBe(204);
  expect((await put("/k", "third")).status).toBe(200);
  expect((await get("?overwriteConfig")).code).toBe("NoSuchBucketOverwriteConfig");
});
