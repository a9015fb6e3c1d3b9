// GetBucketLifecycle and DeleteBucketLifecycle.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get, put, remove } = modelBucket();

test("returns the rules until DeleteBucketLifecycle removes them", async () => {
  expect(await get("?lifecycle")).toMatchObject({ status: 404, code: "NoSuchLifecycle" });
  const rule =
    "<Rule><ID>r</ID><Prefix>a</Prefix><Status>Enabled</Status>" +
    "<Expiration><Days>1</Days></Expiration></Rule>";
  await put("?lifecycle", `<LifecycleConfiguration>${rule}</LifecycleConfiguration>`);
  expect((await get("?lifecycle")).body).toContain(rule);
  expect((await remove("?lifecycle")).status).toBe(204);
  expect((await remove("?lifecycle")).status).toBe(204);
  expect((await get("?lifecycle")).body).toContain("No Row found in Lifecycle Table.");
});
