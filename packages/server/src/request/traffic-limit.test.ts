// `x-oss-traffic-limit`: the delay that answers report.
import { expect, test } from "vitest";
import { modelBucket } from "../testing/model-bucket.ts";

const { get, head, put, post } = modelBucket();
const limit = { "x-oss-traffic-limit": "838860800" };
const slow = { "x-oss-traffic-limit": "819200" };

test("every answer under a limit names the delay in milliseconds", async () => {
  const body = "x".repeat(40_000);
  const stored = await put("/k", body, slow);
  expect(Number(stored.headers["x-oss-qos-delay-time"])).toBeGreaterThan(100);
  const appended = await post("/a?append&position=0", "x", limit);
  expect(appended.headers["x-oss-qos-delay-time"]).toMatch(/^\d+$/);
  const read = await get("/k", slow);
  expect(read.headers["x-oss-qos-delay-time"]).toBe("391"); // 40,000 bytes at 819,200 bits a second
  expect(read.body).toBe(body);
  expect((await get("/k?x-oss-traffic-limit=838860800")).headers["x-oss-qos-delay-time"]).toBe("0");
  expect((await head("/k", limit)).headers["x-oss-qos-delay-time"]).toBe("0");
});

test("an answer without a limit names no delay", async () => {
  await put("/k", "x");
  expect((await get("/k")).headers).not.toHaveProperty("x-oss-qos-delay-time");
});
