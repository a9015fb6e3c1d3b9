// The stories about the settings of a bucket.
import assert from "node:assert/strict";

/** The stories by name. `rejects` asserts that a call fails with an error. */
export const settingsStories = ({ client, byPath, bucket, port, rejects, v4 }) => ({
  cors: async () => {
    const rule = { allowedOrigin: "https://a.example", allowedMethod: "PUT", maxAgeSeconds: "60" };
    await client.putBucketCORS(bucket, [rule]);
    assert.deepEqual((await client.getBucketCORS(bucket)).rules, [rule]);
    const preflight = await fetch(`http://localhost:${port}/${bucket}/a.txt`, {
      method: "OPTIONS",
      headers: { Origin: "https://a.example", "Access-Control-Request-Method": "PUT" },
    });
    assert.equal(preflight.headers.get("access-control-allow-origin"), "https://a.example");
    await client.deleteBucketCORS(bucket);
    await rejects(() => client.getBucketCORS(bucket), { code: "NoSuchCORSConfiguration" });
  },
  "save-image": async () => {
    const pixel =
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk" +
      "+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    await client.put("pixel.png", Buffer.from(pixel, "base64"));
    await client.processObjectSave("pixel.png", "larger.png", "image/resize,w_2,limit_0", bucket);
    await client.head("larger.png");
    await client.deleteMulti(["pixel.png", "larger.png"]);
  },
  referer: async () => {
    await client.putBucketReferer(bucket, false, ["https://*.example.com"]);
    const found = await client.getBucketReferer(bucket);
    assert.deepEqual([found.allowEmpty, found.referers], [false, ["https://*.example.com"]]);
    const url = v4
      ? await byPath.signatureUrlV4("GET", 300, {}, "a.txt")
      : byPath.signatureUrl("a.txt");
    const from = (referer) => fetch(url, { headers: { referer } }).then(({ status }) => status);
    assert.equal(await from("https://www.example.com/page"), 200);
    assert.equal(await from("https://a.com/"), 403);
    await client.deleteBucketReferer(bucket);
    assert.equal(await from("https://a.com/"), 200);
  },
  policy: async () => {
    const policy = {
      Version: "1",
      Statement: [
        {
          Action: ["oss:GetObject"],
          Effect: "Deny",
          Principal: ["1234567890"],
          Resource: [`acs:oss:*:1234567890:${bucket}/*`],
        },
      ],
    };
    await client.putBucketPolicy(bucket, policy);
    assert.deepEqual((await client.getBucketPolicy(bucket)).policy, policy);
    await client.deleteBucketPolicy(bucket);
    assert.equal((await client.getBucketPolicy(bucket)).policy, null);
  },
  lifecycle: async () => {
    const rule = { id: "old", prefix: "logs/", status: "Enabled", expiration: { days: 30 } };
    await client.putBucketLifecycle(bucket, [rule]);
    const { rules } = await client.getBucketLifecycle(bucket);
    assert.deepEqual(
      rules.map(({ id, prefix, expiration }) => [id, prefix, Number(expiration.days)]),
      [["old", "logs/", 30]],
    );
    await client.deleteBucketLifecycle(bucket);
    await rejects(() => client.getBucketLifecycle(bucket), { code: "NoSuchLifecycle" });
  },
  worm: async () => {
    const name = `${bucket}-worm`;
    await client.putBucket(name);
    await client.initiateBucketWorm(name, "1");
    await client.abortBucketWorm(name);
    const { wormId } = await client.initiateBucketWorm(name, "1");
    await client.completeBucketWorm(name, wormId);
    await client.extendBucketWorm(name, wormId, "2");
    const found = await client.getBucketWorm(name);
    assert.deepEqual([found.wormId, found.state, found.days], [wormId, "Locked", "2"]);
    await client.deleteBucket(name);
  },
  website: async () => {
    await client.putBucketWebsite(bucket, { index: "index.html", error: "error.html" });
    const { index, error } = await client.getBucketWebsite(bucket);
    assert.deepEqual([index, error], ["index.html", "error.html"]);
    await client.put("index.html", Buffer.from("root"));
    const page = await client.get("a/folder/");
    assert.equal(page.content.toString(), "root");
    await client.delete("index.html");
    await client.deleteBucketWebsite(bucket);
    await rejects(() => client.getBucketWebsite(bucket), { code: "NoSuchWebsiteConfiguration" });
  },
  logging: async () => {
    await client.putBucketLogging(bucket, "logs/");
    const { enable, prefix } = await client.getBucketLogging(bucket);
    assert.deepEqual([enable, prefix], [true, "logs/"]);
    await client.deleteBucketLogging(bucket);
    assert.equal((await client.getBucketLogging(bucket)).enable, false);
  },
  encryption: async () => {
    await client.putBucketEncryption(bucket, { SSEAlgorithm: "AES256" });
    const { encryption } = await client.getBucketEncryption(bucket);
    assert.equal(encryption.SSEAlgorithm, "AES256");
    await client.put("sealed", Buffer.alloc(100_000, "x"));
    const { res, content } = await client.get("sealed");
    assert.equal(res.headers["x-oss-server-side-encryption"], "AES256");
    assert.equal(content.length, 100_000);
    await client.delete("sealed");
    await client.deleteBucketEncryption(bucket);
    await assert.rejects(client.getBucketEncryption(bucket), {
      code: "NoSuchServerSideEncryptionRule",
    });
  },
  inventory: async () => {
    const target = { accountId: "1", format: "CSV", prefix: "lists", rolename: "role", bucket };
    await client.putBucketInventory(bucket, {
      id: "all",
      isEnabled: true,
      prefix: "in/",
      OSSBucketDestination: target,
      frequency: "Daily",
      includedObjectVersions: "All",
      optionalFields: { field: ["Size", "ETag"] },
    });
    const { inventory } = await client.getBucketInventory(bucket, "all");
    assert.deepEqual([inventory.id, inventory.prefix], ["all", "in/"]);
    const { inventoryList } = await client.listBucketInventory(bucket);
    assert.equal(inventoryList.length, 1);
    await client.deleteBucketInventory(bucket, "all");
  },
  "bucket-tags": async () => {
    await client.putBucketTags(bucket, { team: "one" });
    assert.deepEqual((await client.getBucketTags(bucket)).tag, { team: "one" });
    await client.deleteBucketTags(bucket);
    assert.deepEqual((await client.getBucketTags(bucket)).tag, {});
  },
  "request-payment": async () => {
    await client.putBucketRequestPayment(bucket, "Requester");
    assert.equal((await client.getBucketRequestPayment(bucket)).payer, "Requester");
    await client.putBucketRequestPayment(bucket, "BucketOwner");
  },
});
