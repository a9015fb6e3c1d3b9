// DeleteBucketLifecycle: the rules do not act any more.
import { expect, test } from "vitest";
import { Lifecycle } from "../../maintenance/lifecycle/lifecycle.ts";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get, pipeline, put, remove } = modelBucket();

test("ends the rules at once", async () => {
  await put("/key", "x");
  const rule =
    "<Rule><Prefix></Prefix><Status>Enabled</Status>" +
    "<Expiration><Days>1</Days></Expiration></Rule>";
  await put("?lifecycle", `<LifecycleConfiguration>${rule}</LifecycleConfiguration>`);
  expect((await remove("?lifecycle")).status).toBe(204);
  pipeline().clock.ms += 9 * 86_400_000;
  expect((await new Lifecycle(pipeline().services).run()).judged).toBe(0);
  expect((await get("/key")).status).toBe(200);
});
