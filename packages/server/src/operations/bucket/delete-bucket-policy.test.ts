// DeleteBucketPolicy: afterwards the ACLs alone decide.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get, put, remove, stranger } = modelBucket();

test("removes the policy, and succeeds without one", async () => {
  await put("/key", "x");
  const statement = { Effect: "Allow", Action: "oss:*", Resource: "*", Principal: "*" };
  await put("?policy", JSON.stringify({ Version: "1", Statement: [statement] }));
  expect((await stranger("GET", "/key")).status).toBe(200);
  expect((await remove("?policy")).status).toBe(204);
  expect((await remove("?policy")).status).toBe(204);
  expect((await stranger("GET", "/key")).status).toBe(403);
  expect((await get("?policy")).code).toBe("NoSuchBucketPolicy");
});
