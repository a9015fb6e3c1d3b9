// GetBucketAcl: the owner and the grant.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { stranger, get, put } = modelBucket();

test("returns the owner and the grant", async () => {
  const { status, body } = await get("?acl");
  expect(status).toBe(200);
  expect(body).toContain(
    "<Owner><ID>1234567890123456</ID><DisplayName>owner</DisplayName></Owner>",
  );
  expect(body).toContain("<AccessControlList><Grant>private</Grant></AccessControlList>");
});

test("refuses anonymous requests, even with a public ACL", async () => {
  await put("?acl", "", { "x-oss-acl": "public-read-write" });
  expect(await stranger("GET", "?acl")).toMatchObject({ status: 403, code: "AccessDenied" });
});
