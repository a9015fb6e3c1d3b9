// Implements the stories with ali-oss.
import assert from "node:assert/strict";
import OSS from "ali-oss";
import { settingsStories } from "./settings.mjs";

const env = process.env;
const v4 = env.CONFORMANCE_SIGNATURE === "v4";
const bucket = env.CONFORMANCE_BUCKET;
const application = env.CONFORMANCE_APPLICATION;
const base = {
  accessKeyId: env.CONFORMANCE_ID,
  accessKeySecret: env.CONFORMANCE_SECRET,
  bucket,
  region: `oss-${env.CONFORMANCE_REGION}`,
  authorizationV4: v4,
  timeout: 10_000,
};
// With an IP endpoint, ali-oss names the bucket in the Host header only; with sldEnable, in the
// path. The store must accept both.
const client = new OSS({ ...base, endpoint: env.CONFORMANCE_ENDPOINT });
const port = new URL(env.CONFORMANCE_ENDPOINT).port;
const byPath = new OSS({ ...base, endpoint: `http://localhost:${port}`, sldEnable: true });
const callback = (path, body = "bucket=${bucket}&object=${object}&v=${x:v}") => ({
  url: application + path,
  body,
  contentType: "application/x-www-form-urlencoded",
  customValue: { v: "one two" },
});
const rejects = async (work, expected) => {
  const error = await work().then(
    () => assert.fail("it did not fail"),
    (cause) => cause,
  );
  for (const [name, value] of Object.entries(expected))
    assert.equal(error[name], value, `${name}: ${error}`);
};

const stories = {
  bucket: async () => {
    await client.putBucket(bucket, { acl: "private" });
    const { buckets } = await client.listBuckets({ prefix: bucket });
    assert.deepEqual(
      buckets.map(({ name }) => name),
      [bucket],
    );
    const info = (await client.getBucketInfo(bucket)).bucket;
    assert.equal(info.Name, bucket);
    assert.equal(
      (await client.getBucketLocation(bucket)).location,
      `oss-${env.CONFORMANCE_REGION}`,
    );
    assert.equal((await client.getBucketStat(bucket)).stat.ObjectCount, "0");
  },
  "bucket-acl": async () => {
    await client.putBucketACL(bucket, "public-read");
    assert.equal((await client.getBucketACL(bucket)).acl, "public-read");
    await client.putBucketACL(bucket, "private");
  },
  "put-get": async () => {
    for (const one of [client, byPath]) {
      await one.put("a.txt", Buffer.from("hello"), {
        meta: { author: "alice" },
        mime: "text/plain",
      });
      const got = await one.get("a.txt");
      assert.equal(got.content.toString(), "hello");
      assert.equal(got.res.headers["x-oss-meta-author"], "alice");
      assert.equal(got.res.headers["content-type"], "text/plain");
    }
  },
  "odd-key": async () => {
    const key = "dir/a b+中&%41.txt";
    await client.put(key, Buffer.from("odd"));
    assert.equal((await client.get(key)).content.toString(), "odd");
    assert.equal((await byPath.get(key)).content.toString(), "odd");
  },
  range: async () => {
    const got = await client.get("a.txt", { headers: { Range: "bytes=1-3" } });
    assert.equal(got.res.status, 206);
    assert.equal(got.content.toString(), "ell");
  },
  head: async () => {
    const { meta, res } = await client.head("a.txt");
    assert.equal(meta.author, "alice");
    assert.equal(res.headers["content-length"], "5");
    assert.equal((await client.getObjectMeta("a.txt")).res.headers["content-length"], "5");
  },
  missing: async () => {
    await rejects(() => client.get("missing"), {
      code: "NoSuchKey",
      status: 404,
      ecCode: "0026-00000001",
    });
    await rejects(() => client.head("missing"), { code: "NoSuchKey", status: 404 });
  },
  list: async () => {
    for (const name of ["l/1", "l/2", "l/sub/3"]) await client.put(name, Buffer.from("x"));
    const page = await client.list({ prefix: "l/", delimiter: "/", "max-keys": 2 });
    assert.deepEqual(
      page.objects.map(({ name }) => name),
      ["l/1", "l/2"],
    );
    assert.equal(page.isTruncated, true);
    const rest = await client.list({ prefix: "l/", delimiter: "/", marker: page.nextMarker });
    assert.deepEqual(rest.prefixes, ["l/sub/"]);
  },
  "list-v2": async () => {
    const page = await client.listV2({ prefix: "l/", "max-keys": "2", "fetch-owner": "true" });
    assert.equal(page.objects.length, 2);
    const rest = await client.listV2({
      prefix: "l/",
      "continuation-token": page.nextContinuationToken,
    });
    assert.deepEqual(
      rest.objects.map(({ name }) => name),
      ["l/sub/3"],
    );
  },
  copy: async () => {
    await client.copy("copy 中.txt", "dir/a b+中&%41.txt");
    assert.equal((await client.get("copy 中.txt")).content.toString(), "odd");
  },
  "object-acl": async () => {
    assert.equal((await client.getACL("a.txt")).acl, "default");
    await client.putACL("a.txt", "public-read");
    assert.equal((await client.getACL("a.txt")).acl, "public-read");
    assert.equal(await (await fetch(`http://localhost:${port}/${bucket}/a.txt`)).text(), "hello");
  },
  "presign-get": async () => {
    const url = v4
      ? await byPath.signatureUrlV4("GET", 300, {}, "dir/a b+中&%41.txt")
      : byPath.signatureUrl("dir/a b+中&%41.txt");
    assert.equal(await (await fetch(url)).text(), "odd");
  },
  "presign-put": async () => {
    const headers = { "Content-Type": "text/plain" };
    const url = v4
      ? await byPath.signatureUrlV4("PUT", 300, { headers }, "p.txt")
      : byPath.signatureUrl("p.txt", { method: "PUT", "Content-Type": "text/plain" });
    assert.equal((await fetch(url, { method: "PUT", headers, body: "presigned" })).status, 200);
    assert.equal((await client.get("p.txt")).content.toString(), "presigned");
  },
  "callback-answered": async () => {
    const { data, res } = await client.put("cb.txt", Buffer.from("x"), {
      callback: callback("/ok"),
    });
    assert.deepEqual(data, {
      Status: "OK",
      received: `bucket=${bucket}&object=cb.txt&v=one%20two`,
    });
    assert.equal(res.status, 200);
  },
  "callback-failed": async () => {
    await rejects(
      () => client.put("cbf.txt", Buffer.from("stored"), { callback: callback("/fail") }),
      {
        name: "CallbackFailedError",
        status: 203,
        code: "CallbackFailed",
        ecCode: "0007-00000203",
        message: "Error status : 500.",
      },
    );
    assert.equal((await client.get("cbf.txt")).content.toString(), "stored");
  },
  "callback-refused": async () => {
    await rejects(
      () => client.put("cbr.txt", Buffer.from("x"), { callback: callback("/ok", "$(object)") }),
      {
        code: "InvalidArgument",
        status: 400,
        ecCode: "0007-00000105",
      },
    );
    await rejects(() => client.head("cbr.txt"), { code: "NoSuchKey" });
  },
  "callback-presigned": async () => {
    const encoded = Buffer.from(
      JSON.stringify({ callbackUrl: `${application}/ok`, callbackBody: "k=${object}" }),
    ).toString("base64");
    const url = v4
      ? await byPath.signatureUrlV4("PUT", 300, { queries: { callback: encoded } }, "cbp.txt")
      : byPath.signatureUrl("cbp.txt", { method: "PUT", callback: callback("/ok", "k=${object}") });
    const answer = await (await fetch(url, { method: "PUT", body: new Uint8Array([1]) })).json();
    assert.deepEqual(answer, { Status: "OK", received: "k=cbp.txt" });
  },
  multipart: async () => {
    const name = "dir/multi part.bin";
    const { uploadId } = await client.initMultipartUpload(name, { meta: { author: "alice" } });
    const body = Buffer.alloc(102_400, "a");
    await client.uploadPart(name, uploadId, 1, body, 0, body.length);
    const source = { sourceKey: "dir/a b+中&%41.txt", sourceBucketName: bucket };
    await client.uploadPartCopy(name, uploadId, 2, "", source);
    const { uploads } = await client.listUploads({ "max-uploads": 10 });
    assert.deepEqual(
      uploads.map(({ name: key }) => key),
      [name],
    );
    const { parts } = await client.listParts(name, uploadId);
    assert.deepEqual(
      parts.map(({ Size }) => Size),
      ["102400", "3"],
    );
    const done = parts.map(({ PartNumber, ETag }) => ({ number: Number(PartNumber), etag: ETag }));
    const { etag } = await client.completeMultipartUpload(name, uploadId, done);
    assert.match(etag, /^"[0-9A-F]{32}-2"$/);
    assert.equal((await client.get(name)).content.toString(), `${body.toString()}odd`);
  },
  "multipart-abort": async () => {
    const { uploadId } = await client.initMultipartUpload("aborted");
    await client.abortMultipartUpload("aborted", uploadId);
    await rejects(() => client.listParts("aborted", uploadId), {
      code: "NoSuchUpload",
      status: 404,
      ecCode: "0042-00000002",
    });
  },
  "multipart-callback": async () => {
    const options = { callback: callback("/ok"), partSize: 102_400 };
    const { data } = await client.multipartUpload("cbm.txt", Buffer.alloc(150_000), options);
    assert.deepEqual(data, {
      Status: "OK",
      received: `bucket=${bucket}&object=cbm.txt&v=one%20two`,
    });
  },
  append: async () => {
    const { nextAppendPosition } = await client.append("log", Buffer.from("one "));
    assert.equal(nextAppendPosition, "4");
    await client.append("log", Buffer.from("two"), { position: 4 });
    await rejects(() => client.append("log", Buffer.from("x"), { position: 1 }), {
      code: "PositionNotEqualToLength",
      status: 409,
      ecCode: "0026-00000016",
    });
    assert.equal((await client.get("log")).content.toString(), "one two");
  },
  symlink: async () => {
    await client.putSymlink("link", "dir/a b+中&%41.txt");
    assert.equal((await client.getSymlink("link")).targetName, "dir/a b+中&%41.txt");
    assert.equal((await client.get("link")).content.toString(), "odd");
  },
  "object-tagging": async () => {
    await client.putObjectTagging("a.txt", { colour: "blue", "a b": "c+d" });
    assert.deepEqual((await client.getObjectTagging("a.txt")).tag, {
      colour: "blue",
      "a b": "c+d",
    });
    await client.deleteObjectTagging("a.txt");
    assert.deepEqual((await client.getObjectTagging("a.txt")).tag, {});
  },
  restore: async () => {
    await client.put("cold", Buffer.from("x"), { headers: { "x-oss-storage-class": "Archive" } });
    await rejects(() => client.get("cold"), { code: "InvalidObjectState", status: 403 });
    assert.equal((await client.restore("cold")).res.status, 202);
    await rejects(() => client.restore("cold"), { code: "RestoreAlreadyInProgress", status: 409 });
  },
  ...settingsStories({ client, byPath, bucket, port, rejects, v4 }),
  "live-channels": async () => {
    assert.deepEqual((await client.listChannels({ "max-keys": 5 })).channels, []);
  },
  "assume-role": async () => {
    const { accessKeyId, accessKeySecret } = base;
    const sts = new OSS.STS({ accessKeyId, accessKeySecret, endpoint: env.CONFORMANCE_ENDPOINT });
    const role = "acs:ram::1234567890123456:role/story";
    const { credentials } = await sts.assumeRole(role, undefined, 900, "story");
    const temporary = new OSS({
      ...base,
      accessKeyId: credentials.AccessKeyId,
      accessKeySecret: credentials.AccessKeySecret,
      stsToken: credentials.SecurityToken,
      endpoint: env.CONFORMANCE_ENDPOINT,
    });
    await temporary.put("by-role", Buffer.from("x"));
    assert.equal((await temporary.get("by-role")).content.toString(), "x");
  },
  versioning: async () => {
    const name = `${bucket}-v`;
    const versioned = new OSS({ ...base, bucket: name, endpoint: env.CONFORMANCE_ENDPOINT });
    await versioned.putBucket(name);
    await versioned.putBucketVersioning(name, "Enabled");
    assert.equal((await versioned.getBucketVersioning(name)).versionStatus, "Enabled");
    const first = (await versioned.put("k", Buffer.from("1"))).res.headers["x-oss-version-id"];
    await versioned.put("k", Buffer.from("2"));
    await versioned.delete("k");
    await rejects(() => versioned.get("k"), { code: "NoSuchKey" });
    assert.equal((await versioned.get("k", { versionId: first })).content.toString(), "1");
    await versioned.copy("copied", "k", { versionId: first });
    const { objects, deleteMarker } = await versioned.getBucketVersions({ "max-keys": 100 });
    assert.equal(objects.length, 3);
    assert.equal(deleteMarker.length, 1);
    for (const { name: key, versionId } of [...objects, ...deleteMarker])
      await versioned.delete(key, { versionId });
    await versioned.deleteBucket(name);
  },
  delete: async () => {
    assert.equal((await client.delete("a.txt")).res.status, 204);
    const { objects } = await client.list({ "max-keys": 1000 });
    const { deleted } = await client.deleteMulti(
      objects.map(({ name }) => name),
      { quiet: false },
    );
    assert.equal(deleted.length, objects.length);
  },
  "delete-bucket": async () => {
    await client.put("left", Buffer.from("x"));
    await rejects(() => client.deleteBucket(bucket), { code: "BucketNotEmpty", status: 409 });
    await client.delete("left");
    await client.deleteBucket(bucket);
  },
};

for (const [story, tell] of Object.entries(stories)) {
  try {
    await tell();
    process.stdout.write(`${JSON.stringify({ story, ok: true })}\n`);
  } catch (cause) {
    process.stdout.write(
      `${JSON.stringify({ story, ok: false, detail: String(cause.stack ?? cause) })}\n`,
    );
  }
}
