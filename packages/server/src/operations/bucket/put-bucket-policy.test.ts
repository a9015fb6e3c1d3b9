// PutBucketPolicy: what is stored, what is refused, and what it changes.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const model = modelBucket();
const { get, put, stranger } = model;

const policyOf = (...statements: readonly object[]): string =>
  JSON.stringify({ Version: "1", Statement: statements });
const everything = ["acs:oss:*:*:bucket", "acs:oss:*:*:bucket/*"];
const open = { Effect: "Allow", Action: ["oss:GetObject"], Principal: ["*"], Resource: everything };
const block = (isOn: boolean) =>
  put(
    "?publicAccessBlock",
    "<PublicAccessBlockConfiguration><BlockPublicAccess>" +
      `${isOn}</BlockPublicAccess></PublicAccessBlockConfiguration>`,
  );

test("a bucket policy opens a private bucket to anonymous readers", async () => {
  await put("/key", "x");
  expect((await stranger("GET", "/key")).status).toBe(403);
  expect((await put("?policy", policyOf(open))).status).toBe(200);
  expect((await stranger("GET", "/key")).status).toBe(200);
  expect((await stranger("GET", "")).code).toBe("AccessDenied");
  const listing = { ...open, Action: "oss:ListObjects", Resource: everything[0] };
  await put("?policy", policyOf(listing));
  expect((await stranger("GET", "")).status).toBe(200);
  expect((await stranger("GET", "/key")).status).toBe(403);
});

test("a Deny takes precedence over the ACL, and says so", async () => {
  await put("/key", "x", { "x-oss-object-acl": "public-read" });
  await put("?policy", policyOf({ ...open, Effect: "Deny" }));
  const answer = await stranger("GET", "/key");
  expect(answer).toMatchObject({ status: 403, code: "AccessDenied", ec: "0003-00000101" });
  expect(answer.body).toContain("<Message>Access denied by bucket policy.</Message>");
});

test("a Deny for everyone binds the owner only with a condition", async () => {
  await put("/key", "x");
  const deny = { ...open, Effect: "Deny", Action: "oss:*" };
  await put("?policy", policyOf(deny));
  expect((await get("/key")).status).toBe(200);
  const Condition = { StringLike: { "acs:UserAgent": "*" } };
  await put("?policy", policyOf({ ...deny, Condition }));
  expect((await get("/key")).ec).toBe("0003-00000101");
  expect((await get("?acl")).ec).toBe("0003-00000101");
  // The account's own keys can always replace the policy.
  expect((await get("?policy")).status).toBe(200);
  expect((await model.remove("?policy")).status).toBe(204);
  expect((await get("/key")).status).toBe(200);
});

test("decides about each key of DeleteMultipleObjects", async () => {
  const Resource = "acs:oss:*:*:bucket/a/*";
  await put("?policy", policyOf({ ...open, Action: "oss:DeleteObject", Resource }));
  const remove = (key: string) =>
    model.ask({
      method: "POST",
      path: "/bucket?delete",
      body: `<Delete><Object><Key>${key}</Key></Object></Delete>`,
      anonymous: true,
    });
  expect((await remove("a/1")).status).toBe(200);
  expect((await remove("b/1")).code).toBe("AccessDenied");
});

test("decides by the tags of the object", async () => {
  await put("/open", "x", { "x-oss-tagging": "level=public" });
  await put("/closed", "x", { "x-oss-tagging": "level=secret" });
  const Condition = { StringEquals: { "oss:ExistingObjectTag/level": "public" } };
  await put("?policy", policyOf({ ...open, Condition }));
  expect((await stranger("GET", "/open")).status).toBe(200);
  expect((await stranger("GET", "/closed")).status).toBe(403);
});

test("no policy lets an anonymous sender change the bucket", async () => {
  await put("?policy", policyOf({ ...open, Action: "oss:*" }));
  const answer = await stranger("GET", "?acl");
  expect(answer).toMatchObject({ status: 403, ec: "0003-00000002" });
});

test("a public access block refuses a public policy, and ignores one that is there", async () => {
  await put("/key", "x");
  await put("?policy", policyOf(open));
  await block(true);
  expect((await stranger("GET", "/key")).status).toBe(403);
  const refused = await put("?policy", policyOf(open));
  expect(refused).toMatchObject({ status: 403, code: "AccessDenied" });
  expect(refused.body).toContain("Put public bucket policy is not allowed.");
  const near = { ...open, Condition: { IpAddress: { "acs:SourceIp": "192.0.2.0/24" } } };
  expect((await put("?policy", policyOf(near))).status).toBe(200);
  expect((await stranger("GET", "/key")).status).toBe(200);
});

test.each([
  ["{unnormal-policy-text}", "0030-00000005"],
  [policyOf({ ...open, Effect: "Maybe" }), "0030-00000005"],
  [policyOf(open).padEnd(16_385), "0030-00000001"],
  [Buffer.from([0x7b, 0xff, 0x7d]), "0030-00000004"],
])("refuses %s, and keeps the old policy", async (body, ec) => {
  await put("?policy", policyOf(open));
  const answer = await put("?policy", body);
  expect(answer).toMatchObject({ status: 400, code: "InvalidPolicyDocument", ec });
  expect((await get("?policy")).body).toBe(policyOf(open));
});
