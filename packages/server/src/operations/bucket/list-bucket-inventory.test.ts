// ListBucketInventory: pages of 100, whose token is the last id.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";
import { inventoryDocument } from "../../testing/model-documents.ts";

const { get, put } = modelBucket();
const add = (id: string, options = {}) =>
  put(`?inventory&inventoryId=${id}`, inventoryDocument(id, options));

test("lists pages by id", async () => {
  for (let at = 1; at <= 108; at += 1) await add(`report${at}`);
  const first = (await get("?inventory")).body;
  expect(first.match(/<InventoryConfiguration>/g)).toHaveLength(100);
  expect(first).toContain("<IsTruncated>true</IsTruncated>");
  expect(first).toContain("<NextContinuationToken>report91</NextContinuationToken>");
  expect(first).not.toContain("<ContinuationToken>");
  const second = (await get("?inventory&continuation-token=report91")).body;
  expect(second.match(/<InventoryConfiguration>/g)).toHaveLength(8);
  expect(second).toContain("<ContinuationToken>report91</ContinuationToken>");
  expect(second).not.toContain("NextContinuationToken");
});

test("answers NoSuchInventory for a bucket without any", async () => {
  expect(await get("?inventory")).toMatchObject({ status: 404, code: "NoSuchInventory" });
});
