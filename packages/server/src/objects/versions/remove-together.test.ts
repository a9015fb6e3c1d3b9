// Keys that are removed in one commit, and those that are left for removals of their own.
import { expect, test } from "vitest";
import { lookUp } from "../buckets/look-up.ts";
import { modelBucket } from "../../testing/model-bucket.ts";
import { maxRemovedTogether, removeTogether } from "./remove-together.ts";

const { pipeline, get, put, keepVersions } = modelBucket();

async function remove(
  keys: readonly string[],
  behindRead: () => Promise<unknown> = () => Promise.resolve(),
): Promise<readonly string[]> {
  const { services } = pipeline();
  const { bucket } = await lookUp(services, "bucket");
  if (bucket === undefined) throw new Error("there is no bucket");
  const metadata = Object.assign(Object.create(services.metadata), {
    getMany: async (...asked: Parameters<typeof services.metadata.getMany>) => {
      const entries = await services.metadata.getMany(...asked);
      await behindRead();
      return entries;
    },
  }) as typeof services.metadata;
  return [...(await removeTogether({ metadata, clock: () => 0 }, bucket, keys))];
}

const statusOf = async (key: string): Promise<number> => (await get(`/${key}`)).status;

test("small objects and missing keys are gone, and large objects are left", async () => {
  await put("/small", "x");
  await put("/large", "x".repeat(100_000));
  expect(await remove(["small", "none", "large", "small"])).toEqual(["small", "none"]);
  expect(await statusOf("small")).toBe(404);
  expect(await statusOf("large")).toBe(200);
});

test("nothing is removed when another writer has changed one of the keys", async () => {
  await put("/a", "x");
  await put("/b", "x");
  expect(await remove(["a", "b"], () => put("/b", "new"))).toEqual([]);
  expect(await statusOf("a")).toBe(200);
  expect((await get("/b")).body).toBe("new");
});

test("nothing is removed when versioning was turned on meanwhile, or before", async () => {
  await put("/a", "x");
  expect(await remove(["a"], keepVersions)).toEqual([]);
  expect(await remove(["a"])).toEqual([]);
  expect(await statusOf("a")).toBe(200);
});

test("as many keys as one commit may check are removed together", async () => {
  const keys = Array.from({ length: maxRemovedTogether }, (_unused, at) => `k${at}`);
  for (const key of keys) await put(`/${key}`, "x");
  expect(await remove(keys)).toEqual(keys);
  expect(await statusOf("k0")).toBe(404);
});
