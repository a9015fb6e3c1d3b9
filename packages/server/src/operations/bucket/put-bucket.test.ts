// PutBucket: creates a bucket, changes the ACL of an existing one, and refuses invalid requests.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { ask, get, put } = modelBucket();

test("creates a bucket with a storage class, an ACL and the store's own location", async () => {
  const body =
    "<CreateBucketConfiguration><StorageClass>IA</StorageClass>" +
    "<DataRedundancyType>ZRS</DataRedundancyType>" +
    "<LocationConstraint>oss-cn-hangzhou</LocationConstraint></CreateBucketConfiguration>";
  const headers = { "x-oss-acl": "public-read" };
  const made = await ask({ method: "PUT", path: "/other", body, headers });
  expect(made).toMatchObject({ status: 200, headers: { location: "/other" } });
  const info = await ask({ method: "GET", path: "/other?bucketInfo" });
  for (const part of ["<StorageClass>IA<", "<DataRedundancyType>ZRS<", "<Grant>public-read<"]) {
    expect(info.body).toContain(part);
  }
});

test("puts the bucket into a resource group", async () => {
  const headers = { "x-oss-resource-group-id": "rg-acfmxazb4ph1234" };
  expect((await ask({ method: "PUT", path: "/other", headers })).status).toBe(200);
  const group = await ask({ method: "GET", path: "/other?resourceGroup" });
  expect(group.body).toContain("rg-acfmxazb4ph1234");
  const wrong = { "x-oss-resource-group-id": "mine" };
  expect(await ask({ method: "PUT", path: "/third", headers: wrong })).toMatchObject({
    status: 400,
    code: "InvalidArgument",
  });
});

test("on an existing bucket keeps the ACL unless the request names another", async () => {
  await put("", "", { "x-oss-acl": "public-read" });
  await put("");
  expect((await get("?acl")).body).toContain("<Grant>public-read</Grant>");
});

test.each([
  ["/No_Bucket", "", { status: 400, code: "InvalidBucketName" }],
  ["/-a", "", { status: 400, code: "InvalidBucketName" }],
  [
    "/other",
    "<LocationConstraint>oss-us-west-1</LocationConstraint>",
    { status: 400, code: "InvalidLocationConstraint" },
  ],
  ["/other", "<StorageClass>Warm</StorageClass>", { status: 400, code: "InvalidArgument" }],
  [
    "/other",
    "<DataRedundancyType>XRS</DataRedundancyType>",
    { status: 400, code: "MalformedXML", ec: "0015-00000231" },
  ],
  [
    "/bucket",
    "<StorageClass>IA</StorageClass>",
    { status: 409, code: "BucketAlreadyExists", ec: "0015-00000104" },
  ],
])("PutBucket of %s with the configuration '%s' is refused", async (path, content, expected) => {
  const body = `<CreateBucketConfiguration>${content}</CreateBucketConfiguration>`;
  expect(await ask({ method: "PUT", path, body })).toMatchObject(expected);
});

test("refuses a document that is not XML, and an unknown ACL", async () => {
  const cut = { method: "PUT", path: "/other", body: "<CreateBucketConfiguration>" };
  expect(await ask(cut)).toMatchObject({ status: 400, code: "MalformedXML" });
  const acl = { method: "PUT", path: "/other", headers: { "x-oss-acl": "open" } };
  expect(await ask(acl)).toMatchObject({ status: 400, code: "InvalidArgument" });
  expect(await ask({ method: "HEAD", path: "/other" })).toMatchObject({ status: 404 });
});
