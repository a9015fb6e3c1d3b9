// Nodes of this commit serve what nodes of an earlier one have written. The records of commit
// e438cea are checked in; record-fixture.ts has made them.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Client } from "@ossicle/client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadRecords } from "../../../../packages/store/src/contract/postgres-records.ts";
import { type Cluster, startCluster } from "../start-cluster.ts";
import { clientOf } from "../start-nodes.ts";
import { bodies, type Fixture } from "./fixture.ts";

const { small, large, part } = bodies;

let cluster: Cluster;
let client: Client;
beforeAll(async () => {
  const file = new URL("records-e438cea.json.gz", import.meta.url);
  const { records, blobs } = JSON.parse(gunzipSync(await readFile(file)).toString()) as Fixture;
  cluster = await startCluster();
  await cluster.migrate();
  await loadRecords(cluster.metadata, records);
  for (const [path, bytes] of Object.entries(blobs)) {
    await mkdir(join(cluster.blobs, dirname(path)), { recursive: true });
    await writeFile(join(cluster.blobs, path), Buffer.from(bytes, "base64"));
  }
  client = clientOf(await cluster.serve());
});
afterAll(() => cluster.stop());

async function read(bucket: string, key: string, versionId?: string): Promise<Buffer> {
  const version = versionId === undefined ? {} : { versionId };
  return Buffer.from(await (await client.getObject({ bucket, key, ...version })).bytes());
}

test("objects are read as they were written", async () => {
  expect(await read("plain", "small")).toEqual(small);
  expect((await read("plain", "large")).equals(large)).toBe(true);
  const { metadata } = await client.headObject({ bucket: "plain", key: "small" });
  expect(metadata).toEqual({ colour: "blue" });
  const { entries } = await client.listObjectVersions({ bucket: "versioned" });
  expect(entries.map(({ name }) => name)).toEqual(["DeleteMarker", "Version", "Version"]);
  const [, newest, oldest] = entries.map(({ value }) => value.versionId);
  expect((await read("versioned", "v", newest)).equals(large)).toBe(true);
  expect(await read("versioned", "v", oldest)).toEqual(small);
});

test("an object is appended to, and an upload in parts is completed", async () => {
  const appended = { bucket: "plain", key: "appended" };
  await client.appendObject({ ...appended, position: small.length, body: large });
  expect((await read("plain", "appended")).equals(Buffer.concat([small, large]))).toBe(true);
  const { uploads } = await client.listMultipartUploads({ bucket: "plain" });
  const { key, uploadId } = uploads[0] ?? { key: "", uploadId: "" };
  const { parts } = await client.listParts({ bucket: "plain", key, uploadId });
  await client.completeMultipartUpload({ bucket: "plain", key, uploadId, parts });
  expect((await read("plain", key)).equals(Buffer.concat([part, part]))).toBe(true);
});

test("the ledger has the callbacks, and nothing is damaged", async () => {
  const { output } = await cluster.command("deliveries", "list");
  expect(output).toContain("plain/small");
  expect(output).toMatch(/failed .*plain\/refused/);
  const { code, output: verified } = await cluster.command("verify");
  expect([code, verified]).toEqual([0, expect.stringContaining("0 damaged, 0 left over")]);
});
