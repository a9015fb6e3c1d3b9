// The data plane by our own client, over real sockets: large uploads in parts, forms, versions,
// appends, temporary keys.
import {
  allParts,
  allUploads,
  assumeRoleCredentials,
  CallbackFailedError,
  type Client,
  createClient,
  type MultipartCheckpoint,
  type MultipartUploadRequest,
  OssError,
  StsError,
} from "@ossicle/client";
import { startStore, type TestStore } from "@ossicle/server/testing";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Application, answerJson, type Behaviour, startApplication } from "./application.ts";

const bucket = "examplebucket";
const key = "dir/a b+ä.bin";
const partSize = 102_400;
const large = new Uint8Array(partSize * 3 + 1_000).map((_, at) => (at * 31) % 251);

let store: TestStore;
let application: Application;
let behaviour: Behaviour;

beforeAll(async () => {
  store = await startStore();
  application = await startApplication((response, received) => behaviour(response, received));
});
beforeEach(() => {
  behaviour = (response) => answerJson(response, { Status: "OK" });
});
afterEach(async () => {
  application.received.length = 0;
  await store.reset();
});
afterAll(async () => {
  await application.close();
  await store.close();
});

const clientOf = (signatureVersion: "V1" | "V4"): Client =>
  createClient({
    endpoint: store.url,
    region: store.region,
    credentials: store.credentials,
    signatureVersion,
  });

async function bytesOf(client: Client, name = key): Promise<Uint8Array> {
  const { body } = await client.getObject({ bucket, key: name });
  return new Uint8Array(await new Response(body).arrayBuffer());
}

async function gather<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

describe.each(["V1", "V4"] as const)("under %s", (version) => {
  let client: Client;
  beforeEach(async () => {
    client = clientOf(version);
    await client.putBucket({ bucket });
  });

  test("a large body arrives in parts, reports progress, and calls the application", async () => {
    const progress: number[] = [];
    const request: MultipartUploadRequest = {
      bucket,
      key,
      body: large,
      partSize,
      parallel: 3,
      contentType: "image/png",
      metadata: { of: "ä" },
      callback: {
        url: `${application.url}/cb`,
        body: "o=${object}&e=${etag}&s=${size}&op=${operation}&m=${contentMd5}&v=${x:v}",
        variables: { "x:v": "1" },
      },
    };
    const done = await client.multipartUpload(request, {
      onProgress: (sent) => progress.push(sent),
    });
    expect(done.callback?.json()).toEqual({ Status: "OK" });
    expect(done.etag).toMatch(/^[0-9A-F]{32}-4$/);
    const [received] = application.received;
    expect(Object.fromEntries(new URLSearchParams(received?.body))).toEqual({
      o: key,
      e: done.etag,
      s: String(large.length),
      op: "CompleteMultipartUpload",
      m: "",
      v: "1",
    });
    expect(progress.at(-1)).toBe(large.length);
    expect(progress).toHaveLength(4);
    expect(Buffer.compare(await bytesOf(client), large)).toBe(0);
    const head = await client.headObject({ bucket, key });
    expect(head).toMatchObject({
      objectType: "Multipart",
      contentType: "image/png",
      etag: done.etag,
    });
    expect(head.metadata).toEqual({ of: "ä" });
  });

  test("a completion that the application does not confirm leaves the object stored", async () => {
    behaviour = (response) => response.writeHead(500).end();
    const callback = { url: `${application.url}/cb`, body: "b=${bucket}" };
    const failed = client.multipartUpload({ bucket, key, body: large, partSize, callback });
    const error: unknown = await failed.catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(CallbackFailedError);
    expect(error).toMatchObject({ stored: true, status: 203, ec: "0007-00000203" });
    expect(Buffer.compare(await bytesOf(client), large)).toBe(0);
    expect(await gather(allUploads(client.connection, { bucket }))).toEqual([]);
  });

  test("an interrupted upload resumes from its checkpoint", async () => {
    const stop = new AbortController();
    let kept: MultipartCheckpoint | undefined;
    const onCheckpoint = (checkpoint: MultipartCheckpoint): void => {
      kept = checkpoint;
      if (checkpoint.parts.length === 2) stop.abort();
    };
    const first = client.multipartUpload(
      { bucket, key, body: large, partSize, parallel: 1, onCheckpoint },
      { signal: stop.signal },
    );
    await expect(first).rejects.toThrow("aborted");
    const checkpoint = kept;
    if (checkpoint === undefined) throw new Error("no checkpoint");
    const { uploadId } = checkpoint;
    const arrived = await gather(
      allParts(client.connection, { bucket, key, uploadId, maxParts: 1 }),
    );
    expect(arrived.map(({ partNumber }) => partNumber)).toEqual([1, 2]);
    let parts = 0;
    const stored = JSON.parse(JSON.stringify(checkpoint)) as MultipartCheckpoint;
    await client.multipartUpload(
      { bucket, key, body: large, checkpoint: stored },
      { onProgress: () => (parts += 1) },
    );
    expect(parts).toBe(2);
    expect(Buffer.compare(await bytesOf(client), large)).toBe(0);
    const other = client.multipartUpload({ bucket, key: "other", body: large, checkpoint: stored });
    await expect(other).rejects.toThrow(RangeError);
  });

  test("an upload without a checkpoint aborts its multipart upload when it fails", async () => {
    const stop = new AbortController();
    const upload = client.multipartUpload(
      { bucket, key, body: large, partSize, parallel: 1 },
      { signal: stop.signal, onProgress: () => stop.abort() },
    );
    await expect(upload).rejects.toThrow("aborted");
    expect(await gather(allUploads(client.connection, { bucket }))).toEqual([]);
  });

  test("a signed form is posted with its callback, and a changed one is refused", async () => {
    const form = await client.postForm({
      bucket,
      key: "up/${filename}",
      expiresSeconds: 60,
      maxSize: 10,
      successActionStatus: "200",
      metadata: { by: "form" },
      callback: {
        url: `${application.url}/cb`,
        body: "o=${object}&op=${operation}&u=${x:user}",
        variables: { "x:user": "7" },
      },
    });
    const post = async (content: string, change: object = {}): Promise<Response> => {
      const data = new FormData();
      for (const [name, value] of Object.entries({ ...form.fields, ...change })) {
        data.set(name, value);
      }
      data.set("file", new Blob([content], { type: "text/plain" }), "a.txt");
      return fetch(form.url, { method: "POST", body: data });
    };
    const answer = await post("hello");
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ Status: "OK" });
    expect(application.received[0]?.body).toBe("o=up%2Fa.txt&op=PostObject&u=7");
    const head = await client.headObject({ bucket, key: "up/a.txt" });
    expect(head).toMatchObject({ contentType: "text/plain", metadata: { by: "form" } });
    for (const [content, change] of [
      ["far too long", {}],
      ["hello", { key: "elsewhere" }],
      ["hello", { "x:user": "8" }],
      ["hello", { "x-oss-meta-by": "me" }],
    ] as const) {
      const refused = await post(content, change);
      expect(refused.status).toBeGreaterThanOrEqual(400);
    }
    expect(application.received).toHaveLength(1);
    expect(await gather(client.allObjects({ bucket }))).toHaveLength(1);
  });

  test("versions are kept, listed, read and removed", async () => {
    await client.putBucketVersioning({ bucket, status: "Enabled" });
    expect(await client.getBucketVersioning({ bucket })).toMatchObject({ status: "Enabled" });
    const { versionId: first = "" } = await client.putObject({ bucket, key, body: "one" });
    await client.putObject({ bucket, key, body: "two" });
    const gone = await client.deleteObject({ bucket, key });
    expect(gone.deleteMarker).toBe(true);
    await expect(client.headObject({ bucket, key })).rejects.toMatchObject({ code: "NoSuchKey" });
    const entries = await gather(client.allVersions({ bucket, maxKeys: 1 }));
    expect(entries.map(({ name }) => name)).toEqual(["DeleteMarker", "Version", "Version"]);
    expect(entries.at(-1)?.value).toMatchObject({ key, versionId: first, isLatest: false });
    const old = await client.getObject({ bucket, key, versionId: first });
    expect(await new Response(old.body).text()).toBe("one");
    const copySource = `/${bucket}/${encodeURIComponent(key)}?versionId=${first}`;
    expect(await client.copyObject({ bucket, key, copySource })).toMatchObject({
      copySourceVersionId: first,
    });
    const objects = entries.map(({ value }) => ({ key, versionId: value.versionId }));
    const removed = await client.deleteMultipleObjects({ bucket, objects });
    expect(removed.deleted).toHaveLength(3);
    expect(await gather(client.allVersions({ bucket }))).toHaveLength(1);
  });

  test("objects can be appended to, linked to and tagged", async () => {
    const { nextAppendPosition: position } = await client.appendObject({
      bucket,
      key,
      position: 0,
      body: "one",
      tagging: [{ key: "a", value: "b c" }],
    });
    await client.appendObject({ bucket, key, position, body: "two" });
    await client.putSymlink({ bucket, key: "link", symlinkTarget: key });
    expect(Buffer.from(await bytesOf(client, "link")).toString()).toBe("onetwo");
    expect(await client.getSymlink({ bucket, key: "link" })).toMatchObject({ symlinkTarget: key });
    const { tagSet } = await client.getObjectTagging({ bucket, key });
    expect(tagSet.tags).toEqual([{ key: "a", value: "b c" }]);
    await expect(
      client.appendObject({ bucket, key, position: 1, body: "x" }),
    ).rejects.toMatchObject({
      code: "PositionNotEqualToLength",
    });
  });

  test("a bucket's CORS rules, tags and access monitor read back as written", async () => {
    const rule = {
      allowedOrigins: ["https://a.com"],
      allowedMethods: ["PUT"],
      allowedHeaders: ["*"],
      exposeHeaders: ["ETag"],
      maxAgeSeconds: 60,
    } as const;
    await client.putBucketCors({ bucket, rules: [rule] });
    expect(await client.getBucketCors({ bucket })).toMatchObject({ rules: [rule] });
    await client.deleteBucketCors({ bucket });
    await expect(client.getBucketCors({ bucket })).rejects.toBeInstanceOf(OssError);
    const tags = [
      { key: "a", value: "1" },
      { key: "b", value: "2" },
    ];
    await client.putBucketTags({ bucket, tagSet: { tags } });
    await client.deleteBucketTags({ bucket, tagging: "a" });
    expect((await client.getBucketTags({ bucket })).tagSet.tags).toEqual(tags.slice(1));
    await client.putBucketAccessMonitor({ bucket, status: "Enabled" });
    expect(await client.getBucketAccessMonitor({ bucket })).toMatchObject({ status: "Enabled" });
  });

  test("a temporary key does what its policy allows", async () => {
    await client.putObject({ bucket, key: "a/1", body: "x" });
    const options = {
      endpoint: store.url,
      credentials: store.credentials,
      roleArn: "acs:ram::1234567890123456:role/app",
      sessionName: "session",
    };
    const policy = {
      Version: "1",
      Statement: [
        { Effect: "Allow", Action: "oss:GetObject", Resource: `acs:oss:*:*:${bucket}/a/*` },
      ],
    };
    const limited = createClient({
      endpoint: store.url,
      region: store.region,
      credentials: assumeRoleCredentials({
        ...options,
        credentials: () => Promise.resolve(options.credentials), // below, a plain value
        policy,
        durationSeconds: 900,
      }),
      signatureVersion: version,
    });
    expect(Buffer.from(await bytesOf(limited, "a/1")).toString()).toBe("x");
    await expect(limited.putObject({ bucket, key: "a/2", body: "y" })).rejects.toMatchObject({
      code: "AccessDenied",
      ec: "0003-00000301",
    });
    const refused = assumeRoleCredentials({ ...options, roleArn: "nobody" })();
    await expect(refused).rejects.toBeInstanceOf(StsError);
  });
});

test.each(["V1", "V4"] as const)(
  "a page's Referer decides about presigned requests, %s",
  async (version) => {
    const client = clientOf(version);
    await client.putBucket({ bucket });
    const upload = async (referer: string): Promise<number> => {
      const signed = await client.presignPutObject(
        { bucket, key: "small" },
        { expiresSeconds: 60 },
      );
      const headers = { ...signed.headers, referer };
      return (await fetch(signed.url, { method: "PUT", headers, body: Buffer.from("x") })).status;
    };
    const page = "https://www.example.com/page?a=b";
    for (let round = 0; round < 3; round += 1) expect(await upload(page)).toBe(200);
    // What a node has read of the bucket before does not hold any more.
    const refererList = { referer: ["https://other.example.com"] };
    await client.putBucketReferer({ bucket, allowEmptyReferer: true, refererList });
    for (let round = 0; round < 3; round += 1) expect(await upload(page)).toBe(403);
    expect(await upload("https://other.example.com/page")).toBe(200);
    expect((await client.getBucketReferer({ bucket })).refererList).toEqual(refererList);
    // A request that is signed in its header is not judged.
    await client.putObject({ bucket, key: "small", body: "y" });
    await client.putBucketReferer({
      bucket,
      allowEmptyReferer: true,
      refererList: { referer: [] },
    });
    expect(await upload(page)).toBe(200);
  },
);

test.each(["V1", "V4"] as const)(
  "the application is called back for an object that exists, %s",
  async (version) => {
    const client = clientOf(version);
    await client.putBucket({ bucket });
    const { etag } = await client.putObject({ bucket, key, body: "hello" });
    const callback = {
      url: `${application.url}/cb`,
      body: "k=${object}&n=${size}&op=${operation}&v=${x:v}",
      variables: { "x:v": "one two" },
    };
    const told = await client.triggerCallback({ bucket, key, callback });
    expect(told).toMatchObject({ etag });
    expect(told.callback?.json()).toEqual({ Status: "OK" });
    behaviour = (response) => response.writeHead(500).end();
    const failed = client.triggerCallback({ bucket, key, callback });
    await expect(failed).rejects.toMatchObject({ name: "CallbackFailedError", stored: true, etag });
    const missing = client.triggerCallback({ bucket, key: "missing", callback });
    await expect(missing).rejects.toMatchObject({ code: "NoSuchKey" });
    const body = `k=${encodeURIComponent(key)}&n=5&op=TriggerCallback&v=one%20two`;
    expect(application.received.map((one) => one.body)).toEqual([body, body]);
  },
);
