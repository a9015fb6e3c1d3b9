// `ossicle copy`: a store moves from a data folder into a database, while it serves, and back.
import { cp, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Client } from "@ossicle/client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startS3StandIn } from "../../../packages/store/src/contract/s3-stand-in.ts";
import { type Application, startApplication } from "../application.ts";
import { type Ran, runCommand, type Served, serveFolder, startCommand } from "../serve.ts";
import { type Cluster, startCluster } from "./start-cluster.ts";
import { clientOf, nodesOver } from "./start-nodes.ts";

const bucket = "moved";

let cluster: Cluster;
let application: Application;
let folder: string;
let secretKey: string;
let source: Served;
let added: { readonly accessKeyId: string; readonly accessKeySecret: string };
beforeAll(async () => {
  cluster = await startCluster();
  application = await startApplication();
  await cluster.migrate();
  folder = join(cluster.folder, "source");
  source = await serveFolder(folder);
  secretKey = (await readFile(join(folder, "secret.key"), "utf8")).trim();
  const { output } = await runCommand(["keys", "add", "--data", folder, "--json"]);
  added = JSON.parse(output) as typeof added;
});
afterAll(async () => {
  await cluster.stop();
  await application.close();
});

function copy(...args: readonly string[]): Promise<Ran> {
  const env = { OSSICLE_SECRET_KEY: secretKey, OSSICLE_BLOBS: cluster.blobs };
  return runCommand(["copy", ...args], env);
}

const bodies = new Map<string, Buffer>();

async function fill(client: Client, from: number, to: number): Promise<void> {
  for (let at = from; at < to; at += 1) {
    const key = `object/${at}`;
    const body = Buffer.alloc(at % 10 === 0 ? 300_000 : 1_000, `body ${at} `);
    const callback = { url: application.url, body: "o=${object}" };
    await client.putObject({ bucket, key, body, callback });
    bodies.set(key, body);
  }
}

async function expectAll(client: Client): Promise<void> {
  for (const [key, body] of bodies) {
    const found = await (await client.getObject({ bucket, key })).bytes();
    expect(body.equals(found), key).toBe(true);
  }
  const listed = await client.listObjectVersions({ bucket, prefix: "versioned" });
  expect(listed.entries).toHaveLength(2);
  await expect(client.headObject({ bucket, key: "deleted" })).rejects.toMatchObject({
    status: 404,
  });
}

test("runs copy while the store serves, and no node serves what they have copied", async () => {
  const client = clientOf(source);
  await client.putBucket({ bucket });
  await client.putBucketVersioning({ bucket, status: "Enabled" });
  await fill(client, 0, 100);
  for (const body of ["one", "two"]) await client.putObject({ bucket, key: "versioned", body });
  await client.putObject({ bucket, key: "deleted", body: "in the first run" });
  const env = { OSSICLE_SECRET_KEY: secretKey, OSSICLE_BLOBS: cluster.blobs };
  const interrupted = startCommand(["copy", "--from", folder, "--to", cluster.metadata], env);
  await pause(500);
  interrupted.interrupt();
  await interrupted.ended;
  const writing = fill(client, 100, 200);
  const first = await copy("--from", folder, "--to", cluster.metadata);
  await writing;
  expect(first).toMatchObject({ code: 0 });
  expect(first.output).toContain("run this again with --final");
  await expect(cluster.serve({ key: secretKey })).rejects.toThrow("is not complete");
  await client.deleteObject({ bucket, key: "deleted" });
  const refused = await copy("--from", folder, "--to", cluster.metadata, "--final");
  expect(refused.errors).toContain("is being served by another process");
}, 60_000);

test("the final run copies what has changed since, and nodes serve all of it", async () => {
  source.child.kill("SIGTERM");
  await source.exited;
  const wrongKey = await runCommand(
    ["copy", "--from", folder, "--to", cluster.metadata, "--blobs", cluster.blobs],
    { OSSICLE_SECRET_KEY: "11".repeat(32) },
  );
  expect(wrongKey.errors).toContain("OSSICLE_SECRET_KEY is not the key of the store");
  const final = await copy("--from", folder, "--to", cluster.metadata, "--final");
  expect([final.code, final.errors]).toEqual([0, ""]);
  expect(final.output).toMatch(/verified \d+ versions .*: complete/);
  const again = await copy("--from", folder, "--to", cluster.metadata);
  expect(again.errors).toContain("--to holds this store already, and it is complete");
  const node = await cluster.serve({ key: secretKey });
  await expectAll(clientOf(node));
  await expectAll(clientOf(node, { credentials: added }));
  const { output } = await nodesOver(cluster).command("deliveries", "stats");
  expect(output).toContain("200");
  await clientOf(node).putObject({ bucket, key: "object/new", body: "in the cluster" });
  bodies.set("object/new", Buffer.from("in the cluster"));
}, 60_000);

test("the store moves back into a data folder", async () => {
  await cluster.stopNodes();
  const back = join(cluster.folder, "back");
  const final = await copy("--from", cluster.metadata, "--to", back, "--final");
  expect([final.code, final.errors]).toEqual([0, ""]);
  expect(await readFile(join(back, "secret.key"), "utf8")).toBe(secretKey);
  const served = await serveFolder(back);
  await expectAll(clientOf(served));
  await expectAll(clientOf(served, { credentials: added }));
  served.child.kill("SIGTERM");
  await served.exited;
  const verified = await runCommand(["verify", "--data", back]);
  expect([verified.code, verified.output]).toEqual([0, expect.stringContaining("0 damaged")]);
}, 60_000);

test("blobs move into a bucket, and back", async () => {
  const standIn = await startS3StandIn();
  const database = await cluster.database.makeDatabase();
  const env = { OSSICLE_SECRET_KEY: secretKey, OSSICLE_BLOBS: standIn.address };
  await runCommand(["migrate", "--metadata", database]);
  const back = join(cluster.folder, "back from bucket");
  for (const [from, to] of [
    [folder, database],
    [database, back],
  ] as const) {
    const { code, errors } = await runCommand(["copy", "--from", from, "--to", to, "--final"], env);
    expect([code, errors]).toEqual([0, ""]);
  }
  expect(standIn.objects.size).toBeGreaterThan(10);
  const { output } = await runCommand(["verify", "--data", back]);
  expect(output).toContain("0 damaged, 0 left over");
  await standIn.stop();
}, 60_000);

test("a place with another store's blobs is left as it is", async () => {
  const blobs = join(cluster.folder, "blobs");
  const count = async (): Promise<number> =>
    (await readdir(blobs, { recursive: true })).filter((name) => /[0-9a-f]{32}$/.test(name)).length;
  const before = await count();
  expect(before).toBeGreaterThan(0);
  const empty = await cluster.database.makeDatabase();
  await runCommand(["migrate", "--metadata", empty]);
  const refused = await copy("--from", folder, "--to", empty);
  expect(refused.errors).toContain("holds the blobs of another store");
  expect(await count()).toBe(before);
});

test("a folder that has lost its database is no empty place", async () => {
  const lost = join(cluster.folder, "lost");
  await cp(join(cluster.folder, "back", "blobs"), join(lost, "blobs"), { recursive: true });
  const refused = await copy("--from", cluster.metadata, "--to", lost);
  expect(refused.errors).toContain("is missing, but");
  expect(await readdir(lost)).toEqual(["blobs"]);
});

test("another secret key than the database's is refused before anything is copied", async () => {
  const args = ["copy", "--from", cluster.metadata, "--to", join(cluster.folder, "other key")];
  const env = { OSSICLE_SECRET_KEY: "11".repeat(32), OSSICLE_BLOBS: cluster.blobs };
  expect((await runCommand(args, env)).errors).toContain("OSSICLE_SECRET_KEY is not the key");
});

test("a target that another store has begun, and two places of one kind, are refused", async () => {
  const other = join(cluster.folder, "other");
  await cp(join(cluster.folder, "back"), other, { recursive: true });
  const toStore = await copy("--from", cluster.metadata, "--to", other);
  expect(toStore.errors).toContain("--to holds this store already");
  const alike = await copy("--from", folder, "--to", other);
  expect(alike.errors).toContain("one of --from and --to is a data folder");
  const missing = join(cluster.folder, "none");
  const none = await copy("--from", missing, "--to", cluster.metadata, "--final");
  expect(none.errors).toContain(`--from ${missing} holds no store`);
  await expect(readdir(missing)).rejects.toThrow("ENOENT");
  const bucket = await copy("--from", "s3://KEY:SECRET@host?bucket=abc", "--to", cluster.metadata);
  expect(bucket.errors).toContain("--blobs names a bucket");
  expect(bucket.errors).not.toContain("SECRET@");
});
