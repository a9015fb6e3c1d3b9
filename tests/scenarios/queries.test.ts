// SelectObject by the client of Ossicle and the built command line, whose bundle starts a thread.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { createClient } from "@ossicle/client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { serveFolder, type Served, servedCredentials } from "./serve.ts";

const bucket = "tables";
let data: string;
let served: Served;
let client: ReturnType<typeof createClient>;

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), "ossicle-queries-"));
  served = await serveFolder(data, ["--log-level", "silent"]);
  const credentials = servedCredentials;
  client = createClient({ endpoint: served.url, region: "cn-hangzhou", credentials });
  await client.putBucket({ bucket });
});
afterAll(async () => {
  served.child.kill("SIGTERM");
  await served.exited;
  await rm(data, { recursive: true, force: true });
});

const lines = Array.from({ length: 50_000 }, (_, at) => `name ${at},${at % 100}\n`);
const table = `name,age\n${lines.join("")}`;
const csv = { process: "csv/select" } as const;

test.each([
  ["plain", Buffer.from(table), {}],
  ["compressed", gzipSync(table), { compressionType: "GZIP" }],
])("queries and counts of a %s CSV object", async (kind, body, compression) => {
  const target = { bucket, key: `${kind}.csv` };
  const serverSideEncryption = "AES256";
  await client.putObject({ ...target, body, serverSideEncryption });
  const inputSerialization = { ...compression, csv: { fileHeaderInfo: "Use" } };
  const expression = "select name from ossobject where age = 7";
  const { text } = await client.selectObject({ ...target, ...csv, expression, inputSerialization });
  const expected = lines.filter((line) => line.endsWith(",7\n")).map((line) => line.slice(0, -3));
  expect(await text()).toBe(`${expected.join("\n")}\n`);
});

test("many queries at the same time, and a client that leaves", async () => {
  const target = { bucket, key: "plain.csv" };
  const expression = "select count(*) from ossobject where _2 = '7'";
  const answers = Array.from({ length: 8 }, async () => {
    const { text } = await client.selectObject({ ...target, ...csv, expression });
    return text();
  });
  const whole = { ...target, ...csv, expression: "select * from ossobject" };
  for (let at = 0; at < 20; at += 1) {
    const { rows } = await client.selectObject(whole);
    await rows.cancel();
  }
  expect(await Promise.all(answers)).toEqual(Array.from({ length: 8 }, () => "500\n"));
});

test("rows and columns are counted", async () => {
  const meta = { bucket, key: "plain.csv", process: "csv/meta" } as const;
  expect(await client.createSelectObjectMeta(meta)).toMatchObject({ rows: 50_001, columns: 2 });
});
