// What a store of an earlier commit holds, and what today's build must make of it.
import { type Client, createClient } from "@ossicle/client";
import { expect } from "vitest";
import { startApplication } from "../application.ts";
import { servedCredentials } from "../serve.ts";

/** Bodies: one that travels in the database, one that is a blob, and a part of an upload. */
const small = Buffer.from("a small body");
const large = Buffer.alloc(33_000, "a large body ");
const part = Buffer.alloc(102_400, "a part ");

/** Writes the story into a store, at a server of the earlier commit. */
export async function tellStory(endpoint: string): Promise<void> {
  const application = await startApplication((response, { body }) => {
    response.writeHead(body.includes("refused") ? 500 : 200, { "content-length": 2 }).end("{}");
  });
  try {
    const credentials = servedCredentials;
    const client = createClient({ endpoint, region: "cn-hangzhou", credentials });
    await fill(client, application.url);
  } finally {
    await application.close();
  }
}

async function fill(client: Client, url: string): Promise<void> {
  const metadata = { colour: "blue" };
  const callback = { url, body: "object=${object}" };
  await client.putBucket({ bucket: "plain", acl: "public-read" });
  await client.putObject({ bucket: "plain", key: "small", body: small, metadata, callback });
  const tagging = [{ key: "a", value: "b" }];
  await client.putObject({ bucket: "plain", key: "large", body: large, tagging });
  const refused = { bucket: "plain", key: "refused", body: small, callback };
  await client.putObject(refused).catch(() => undefined); // 203: the application refuses it
  await client.appendObject({ bucket: "plain", key: "appended", position: 0, body: small });
  await client.putBucket({ bucket: "versioned" });
  await client.putBucketVersioning({ bucket: "versioned", status: "Enabled" });
  for (const body of [small, large])
    await client.putObject({ bucket: "versioned", key: "v", body });
  await client.deleteObject({ bucket: "versioned", key: "v" });
  const upload = { bucket: "plain", key: "in parts" };
  const { uploadId } = await client.initiateMultipartUpload(upload);
  for (const partNumber of [1, 2]) {
    await client.uploadPart({ ...upload, uploadId, partNumber, body: part });
  }
}

/** Requires that the objects are read as they were written. */
export async function expectObjects(client: Client): Promise<void> {
  const read = async (bucket: string, key: string, versionId?: string): Promise<Buffer> => {
    const version = versionId === undefined ? {} : { versionId };
    return Buffer.from(await (await client.getObject({ bucket, key, ...version })).bytes());
  };
  expect(await read("plain", "small")).toEqual(small);
  expect((await read("plain", "large")).equals(large)).toBe(true);
  const { metadata } = await client.headObject({ bucket: "plain", key: "small" });
  expect(metadata).toEqual({ colour: "blue" });
  const { entries } = await client.listObjectVersions({ bucket: "versioned" });
  expect(entries.map(({ name }) => name)).toEqual(["DeleteMarker", "Version", "Version"]);
  const [, newest, oldest] = entries.map(({ value }) => value.versionId);
  expect((await read("versioned", "v", newest)).equals(large)).toBe(true);
  expect(await read("versioned", "v", oldest)).toEqual(small);
}

/** Requires that an object is appended to, and that an upload in parts is completed. */
export async function expectContinuation(client: Client): Promise<void> {
  const bodyOf = async (key: string): Promise<Buffer> =>
    Buffer.from(await (await client.getObject({ bucket: "plain", key })).bytes());
  const appended = { bucket: "plain", key: "appended" };
  await client.appendObject({ ...appended, position: small.length, body: large });
  expect((await bodyOf("appended")).equals(Buffer.concat([small, large]))).toBe(true);
  const { uploads } = await client.listMultipartUploads({ bucket: "plain" });
  const { key, uploadId } = uploads[0] ?? { key: "", uploadId: "" };
  const { parts } = await client.listParts({ bucket: "plain", key, uploadId });
  await client.completeMultipartUpload({ bucket: "plain", key, uploadId, parts });
  expect((await bodyOf(key)).equals(Buffer.concat([part, part]))).toBe(true);
}
