// GetBucketDeliveryPolicy: only the owner may read the policy, because it holds secrets. The
// database stores the secrets encrypted.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";
import { configRecords } from "../../objects/records/key-space.ts";

const { get, put, stranger, pipeline } = modelBucket();
const secret = `whsec_${Buffer.alloc(32, 3).toString("base64")}`;

test("returns the secrets to the owner, and stores them encrypted", async () => {
  const document = `<DeliveryPolicy><WebhookSecret>${secret}</WebhookSecret></DeliveryPolicy>`;
  await put("?x-ossicle-delivery-policy", document);
  expect((await get("?x-ossicle-delivery-policy")).body).toContain(secret);
  const { rows } = await pipeline().metadata.scan({ ...configRecords.range(), limit: 10 });
  const stored = rows.map((row) => ("entry" in row ? Buffer.from(row.entry.value).toString() : ""));
  expect(stored.join("")).toContain("webhookSecrets");
  expect(stored.join("")).not.toContain(secret.slice(6));
});

test("refuses anonymous requests, even with a public ACL", async () => {
  await put("?acl", "", { "x-oss-acl": "public-read-write" });
  expect((await stranger("GET", "?x-ossicle-delivery-policy")).status).toBe(403);
});

test("returns 404 until a policy is set", async () => {
  expect(await get("?x-ossicle-delivery-policy")).toMatchObject({
    status: 404,
    code: "NoSuchDeliveryPolicy",
  });
});
