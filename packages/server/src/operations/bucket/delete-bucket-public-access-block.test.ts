// DeleteBucketPublicAccessBlock: lets the ACLs decide again.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { stranger, put, remove } = modelBucket();

test("admits anonymous requests again, and succeeds when there is no block", async () => {
  await put("?acl", "", { "x-oss-acl": "public-read" });
  await put("/k", "x");
  await put(
    "?publicAccessBlock",
    "<PublicAccessBlockConfiguration><BlockPublicAccess>true</BlockPublicAccess>" +
      "</PublicAccessBlockConfiguration>",
  );
  expect((await stranger("GET", "/k")).status).toBe(403);
  for (const times of [1, 2]) {
    expect((await remove("?publicAccessBlock")).status, String(times)).toBe(204);
    expect((await stranger("GET", "/k")).body).toBe("x");
  }
});
