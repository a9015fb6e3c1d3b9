// DeleteBucketInventory: also one that is not there.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";
import { inventoryDocument } from "../../testing/model-documents.ts";

const { get, put, remove } = modelBucket();
const add = (id: string, options = {}) =>
  put(`?inventory&inventoryId=${id}`, inventoryDocument(id, options));

test("succeeds for an id that is longer than any inventory can have", async () => {
  expect((await remove(`?inventory&inventoryId=${"x".repeat(3_000)}`)).status).toBe(204);
});

test("removes an inventory, and succeeds without one", async () => {
  await add("all");
  expect((await remove("?inventory&inventoryId=all")).status).toBe(204);
  expect((await remove("?inventory&inventoryId=all")).status).toBe(204);
  expect((await get("?inventory")).code).toBe("NoSuchInventory");
});
