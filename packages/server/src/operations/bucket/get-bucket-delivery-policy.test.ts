// GetBucketDeliveryPolicy: its owner alone reads it, for it holds secrets; the database holds none
// that can be read.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";
import { configRecords } from "../../objects/records/key-space.ts";

const { get, put, stranger, pipeline } = modelBucket();
const secret = `whsec_${Buffer.alloc(32, 3).toString("base64")}`;

test("answers the secrets to the owner, and keeps them sealed", async () => {
  const document = `<DeliveryPolicy><WebhookSecret>${secret}</WebhookSecret></DeliveryPolicy>`;
  await put("?x-ossicle-delivery-policy", document);
  expect((await get("?x-ossicle-delivery-policy")).body).toContain(secret);
  const { rows } = await pipeline().metadata.scan({ ...configRecords.range(), limit: 10 });
  const stored = rows.map((row) => ("entry" in row ? Buffer.from(row.entry.value).toString() : ""));
  expect(stored.join("")).toContain("webhookSecrets");
  expect(stored.join("")).not.toContain(secret.slice(6));
});

test("strangers learn nothing", async () => {
  await put("?acl", "", { "x-oss-acl": "public-read-write" });
  expect((await stranger("GET", "?x-ossicle-delivery-policy")).status).toBe(403);
});

test("there is none until one is set", async () => {
  expect(await get("?x-ossicle-delivery-policy")).toMatchObject({
    status: 404,
    code: "NoSuchDeliveryPolicy",
  });
});
