// DeleteBucketCors: closes the bucket to pages of other origins.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get, put, remove } = modelBucket();

test("removes the rules, and succeeds when there are none", async () => {
  const rule =
    "<CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod></CORSRule>";
  await put("?cors", `<CORSConfiguration>${rule}</CORSConfiguration>`);
  const page = { origin: "http://a.com" };
  expect((await get("", page)).headers["access-control-allow-origin"]).toBe("*");
  expect((await remove("?cors")).status).toBe(204);
  expect((await get("", page)).headers).not.toHaveProperty("access-control-allow-origin");
  expect((await get("?cors")).status).toBe(404);
  expect((await remove("?cors")).status).toBe(204);
});
