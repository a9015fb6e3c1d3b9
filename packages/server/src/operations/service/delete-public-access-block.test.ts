// DeletePublicAccessBlock: public access is possible again.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { ask, put, stranger } = modelBucket();

test("ends the block", async () => {
  await put("?acl", "", { "x-oss-acl": "public-read" });
  await put("/k", "x");
  const path = "/?publicAccessBlock";
  const body =
    "<PublicAccessBlockConfiguration><BlockPublicAccess>true</BlockPublicAccess>" +
    "</PublicAccessBlockConfiguration>";
  await ask({ method: "PUT", path, body });
  expect((await stranger("GET", "/k")).status).toBe(403);
  expect((await ask({ method: "DELETE", path })).status).toBe(204);
  expect((await stranger("GET", "/k")).status).toBe(200);
});
