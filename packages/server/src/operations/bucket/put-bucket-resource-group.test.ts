// PutBucketResourceGroup: stores the id of a group.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get, put } = modelBucket();

const group = (id: string) =>
  put(
    "?resourceGroup",
    `<BucketResourceGroupConfiguration><ResourceGroupId>${id}</ResourceGroupId>` +
      "</BucketResourceGroupConfiguration>",
  );

test("stores the group, and an empty id resets it to the default group", async () => {
  expect((await group("rg-acfmxazb4ph1234")).status).toBe(200);
  expect((await get("?resourceGroup")).body).toContain("rg-acfmxazb4ph1234");
  expect((await get("?bucketInfo")).body).toContain("rg-acfmxazb4ph1234");
  expect((await group("")).status).toBe(200);
  expect((await get("?resourceGroup")).body).toContain("rg-default");
});

test("refuses a malformed id", async () => {
  expect(await group("mine")).toMatchObject({
    status: 400,
    code: "ResourceGroupIdPreCheckError",
    ec: "0039-00000003",
  });
});
