// PutBucketPublicAccessBlock: what it blocks.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { stranger, put } = modelBucket();

const block = (on: boolean) =>
  put(
    "?publicAccessBlock",
    `<PublicAccessBlockConfiguration><BlockPublicAccess>${on}</BlockPublicAccess>` +
      "</PublicAccessBlockConfiguration>",
  );

test("blocks anonymous requests despite public ACLs, and refuses new public ACLs", async () => {
  await put("?acl", "", { "x-oss-acl": "public-read" });
  await put("/k", "x", { "x-oss-object-acl": "public-read" });
  expect((await block(true)).status).toBe(200);
  expect((await stranger("GET", "/k")).status).toBe(403);
  expect(await put("?acl", "", { "x-oss-acl": "public-read" })).toMatchObject({
    status: 403,
    code: "AccessDenied",
    ec: "0003-00000301",
  });
  expect((await put("", "", { "x-oss-acl": "public-read-write" })).status).toBe(403);
  await block(false);
  expect((await stranger("GET", "/k")).body).toBe("x");
});

test("refuses a document without BlockPublicAccess", async () => {
  expect(await put("?publicAccessBlock", "<PublicAccessBlockConfiguration/>")).toMatchObject({
    status: 400,
    code: "MalformedXML",
    ec: "0015-00000231",
  });
});
