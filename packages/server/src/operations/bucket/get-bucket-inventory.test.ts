// GetBucketInventory: the document, with its classes in order.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";
import { inventoryDocument } from "../../testing/model-documents.ts";

const { get, put } = modelBucket();
const add = (id: string, options = {}) =>
  put(`?inventory&inventoryId=${id}`, inventoryDocument(id, options));

test("returns the document, and NoSuchInventory without one", async () => {
  const none = await get("?inventory&inventoryId=all");
  expect(none).toMatchObject({ status: 404, code: "NoSuchInventory" });
  await add("all");
  const sorted = inventoryDocument("all").replace("Standard,IA", "IA,Standard");
  expect((await get("?inventory&inventoryId=all")).body).toContain(sorted);
});
