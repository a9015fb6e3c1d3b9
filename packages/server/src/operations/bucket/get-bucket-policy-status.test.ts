// GetBucketPolicyStatus: the rules of OSS's page on blocking public access.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get, put } = modelBucket();

const allow = { Effect: "Allow", Action: ["oss:PutObject"], Resource: ["acs:oss:*:*:bucket/*"] };
const isPublic = (value: boolean): string => `<IsPublic>${value}</IsPublic>`;

test("a bucket without a policy is not public", async () => {
  expect(await get("?policyStatus")).toMatchObject({ status: 200 });
  expect((await get("?policyStatus")).body).toContain(isPublic(false));
});

test.each([
  ["without a principal", {}, true],
  ["for every principal", { Principal: "*" }, true],
  ["for one account", { Principal: ["1234567890"] }, false],
  ["for every session of a role", { Principal: ["arn:sts::1:assumed-role/r/*"] }, true],
  ["that denies", { Effect: "Deny" }, false],
  ["for a network", { Condition: { IpAddress: { "acs:SourceIp": ["10.0.0.0/8"] } } }, false],
  ["for half of all", { Condition: { IpAddress: { "acs:SourceIp": ["0.0.0.0/1"] } } }, true],
  [
    "for all but a network",
    { Condition: { NotIpAddress: { "acs:SourceIp": ["10.0.0.1"] } } },
    true,
  ],
  [
    "for an IPv6 network",
    { Condition: { IpAddress: { "acs:SourceIp": ["2001:db8::/32"] } } },
    false,
  ],
  ["for a prefix", { Condition: { StringEquals: { "oss:Prefix": ["a"] } } }, true],
  ["for one key", { Condition: { StringEquals: { "acs:AccessId": ["LTAI"] } } }, false],
])("a statement %s makes the policy public or not", async (_what, more, expected) => {
  await put("?policy", JSON.stringify({ Version: "1", Statement: [{ ...allow, ...more }] }));
  expect((await get("?policyStatus")).body).toContain(isPublic(expected));
});
