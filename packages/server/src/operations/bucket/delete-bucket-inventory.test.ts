// DeleteBucketInventory: also one that is not there.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get, put, remove } = modelBucket();
const document = (id: string, { more = "", destination = "acs:oss:::bucket" } = {}): string =>
  `<InventoryConfiguration><Id>${id}</Id><IsEnabled>true</IsEnabled>` +
  "<Filter><Prefix>in/</Prefix><StorageClass>Standard,IA</StorageClass></Filter>" +
  "<Destination><OSSBucketDestination><Format>CSV</Format><AccountId>1</AccountId>" +
  `<RoleArn>acs:ram::1:role/r</RoleArn><Bucket>${destination}</Bucket><Prefix>lists</Prefix>` +
  "</OSSBucketDestination></Destination><Schedule><Frequency>Daily</Frequency></Schedule>" +
  `<IncludedObjectVersions>All</IncludedObjectVersions>${more}</InventoryConfiguration>`;
const add = (id: string, options = {}) =>
  put(`?inventory&inventoryId=${id}`, document(id, options));

test("removes an inventory, and succeeds without one", async () => {
  await add("all");
  expect((await remove("?inventory&inventoryId=all")).status).toBe(204);
  expect((await remove("?inventory&inventoryId=all")).status).toBe(204);
  expect((await get("?inventory")).code).toBe("NoSuchInventory");
});
