// GetBucketInventory: the document, with its classes in order.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get, put } = modelBucket();
const document = (id: string, { more = "", destination = "acs:oss:::bucket" } = {}): string =>
  `<InventoryConfiguration><Id>${id}</Id><IsEnabled>true</IsEnabled>` +
  "<Filter><Prefix>in/</Prefix><StorageClass>Standard,IA</StorageClass></Filter>" +
  "<Destination><OSSBucketDestination><Format>CSV</Format><AccountId>1</AccountId>" +
  `<RoleArn>acs:ram::1:role/r</RoleArn><Bucket>${destination}</Bucket><Prefix>lists</Prefix>` +
  "</OSSBucketDestination></Destination><Schedule><Frequency>Daily</Frequency></Schedule>" +
  `<IncludedObjectVersions>All</IncludedObjectVersions>${more}</InventoryConfiguration>`;
const add = (id: string, options = {}) =>
  put(`?inventory&inventoryId=${id}`, document(id, options));

test("returns the document, and NoSuchInventory without one", async () => {
  const none = await get("?inventory&inventoryId=all");
  expect(none).toMatchObject({ status: 404, code: "NoSuchInventory" });
  await add("all");
  const sorted = document("all").replace("Standard,IA", "IA,Standard");
  expect((await get("?inventory&inventoryId=all")).body).toContain(sorted);
});
