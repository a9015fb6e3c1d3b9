// Three nodes that share a PostgreSQL database and a folder of blobs. What one node has stored,
// every other node serves at once.
import { join } from "node:path";
import type { Client } from "@ossicle/client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Application, startApplication } from "../application.ts";
import { runCommand, type Served, type servedCredentials } from "../serve.ts";
import { type Cluster, startCluster } from "./start-cluster.ts";
import { clientOf } from "./start-nodes.ts";

const bucket = "shared";

let cluster: Cluster;
let application: Application;
let nodes: readonly Served[];
let clients: readonly Client[];

beforeAll(async () => {
  cluster = await startCluster();
  application = await startApplication();
});
afterAll(async () => {
  await cluster.stop();
  await application.close();
});

test("a database without a schema is refused, and migrated once", async () => {
  await expect(cluster.serve()).rejects.toThrow("run ossicle migrate");
  expect(await cluster.migrate()).toMatchObject({
    code: 0,
    output: "applied migration 1: records\n",
  });
  const again = await runCommand(["migrate"], { OSSICLE_METADATA: cluster.metadata });
  expect(again.output).toBe("the schema is up to date\n");
  const { code, errors } = await cluster.command("keys", "list");
  expect([code, errors]).toEqual([1, "--metadata names a database that no store has used yet\n"]);
});

describe("three nodes", () => {
  beforeAll(async () => {
    nodes = await Promise.all([cluster.serve(), cluster.serve(), cluster.serve()]);
    clients = nodes.map((node) => clientOf(node));
    await clients[0]?.putBucket({ bucket });
  });

  const clientAt = (at: number): Client => {
    const client = clients[at % clients.length];
    if (client === undefined) throw new Error("no node serves");
    return client;
  };

  test("read, list and miss at once what another node has written and deleted", async () => {
    for (let round = 0; round < 30; round += 1) {
      const [one, other, third] = [0, 1, 2].map((at) => clientAt(round + at));
      const key = `round/${round}`;
      await one?.putObject({ bucket, key, body: `body ${round}` });
      expect(await (await other?.getObject({ bucket, key }))?.text()).toBe(`body ${round}`);
      const listed = await third?.listObjectsV2({ bucket, prefix: key });
      expect(listed?.contents.map((found) => found.key)).toContain(key);
      await other?.deleteObject({ bucket, key });
      await expect(third?.headObject({ bucket, key })).rejects.toMatchObject({ code: "NoSuchKey" });
    }
  });

  test("share large bodies", async () => {
    const body = Buffer.alloc(20_000_001, "a large object, ");
    await clientAt(0).putObject({ bucket, key: "large", body });
    const read = await (await clientAt(2).getObject({ bucket, key: "large" })).bytes();
    expect(body.equals(read)).toBe(true);
  });

  test("count appends to one object exactly, whichever node takes them", async () => {
    const key = "appended";
    let position = 0;
    for (let at = 0; at < 12; at += 1) {
      const appended = await clientAt(at).appendObject({ bucket, key, position, body: "12345" });
      position = appended.nextAppendPosition;
    }
    expect(position).toBe(60);
    const text = await (await clientAt(1).getObject({ bucket, key })).text();
    expect(text).toBe("12345".repeat(12));
  });

  test("let one of several uploads that must not overwrite win", async () => {
    for (let round = 0; round < 10; round += 1) {
      const key = `once/${round}`;
      const outcomes = await Promise.allSettled(
        [0, 1, 2, 3, 4, 5].map((at) =>
          clientAt(at).putObject({ bucket, key, body: String(at), forbidOverwrite: true }),
        ),
      );
      const won = outcomes.flatMap(({ status }, at) => (status === "fulfilled" ? [at] : []));
      expect(won).toHaveLength(1);
      const text = await (await clientAt(round).getObject({ bucket, key })).text();
      expect(text).toBe(String(won[0]));
    }
  });

  test("sign callbacks with one key, which every node serves", async () => {
    const callback = { url: application.url, body: "o=${object}" };
    for (const [at, client] of clients.entries()) {
      await client.putObject({ bucket, key: `called/${at}`, body: "x", callback });
    }
    const keyUrls = application.received.map(({ headers }) =>
      Buffer.from(String(headers["x-oss-pub-key-url"]), "base64").toString(),
    );
    expect(keyUrls.map((url) => new URL(url).origin)).toEqual(nodes.map(({ url }) => url));
    const keys = await Promise.all(keyUrls.map(async (url) => (await fetch(url)).text()));
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toContain("BEGIN PUBLIC KEY");
    const { output } = await cluster.command("deliveries", "list", "--json");
    expect(output.trim().split("\n")).toHaveLength(3);
  });

  test("accept an added access key at once, and refuse it at once when it is revoked", async () => {
    const made = await cluster.command("keys", "add", "--json");
    const credentials = JSON.parse(made.output) as typeof servedCredentials;
    const withKey = nodes.map((node) => clientOf(node, { credentials }));
    for (const client of withKey) await client.listObjectsV2({ bucket });
    expect((await cluster.command("keys", "revoke", credentials.accessKeyId)).code).toBe(0);
    for (const client of withKey) {
      await expect(client.listObjectsV2({ bucket })).rejects.toMatchObject({
        code: "InvalidAccessKeyId",
      });
    }
  });

  test("see at once that an ACL or a policy has changed: they cache no records", async () => {
    const acl = { bucket: "acl" };
    await clientAt(0).putBucket({ ...acl, acl: "public-read" });
    await clientAt(0).putObject({ ...acl, key: "k", body: "public" });
    for (let round = 0; round < 10; round += 1) {
      const isPublic = round % 2 === 1;
      await clientAt(round).putBucketAcl({ ...acl, acl: isPublic ? "public-read" : "private" });
      for (const { url } of nodes) {
        const { status } = await fetch(`${url}/acl/k`);
        expect(status).toBe(isPublic ? 200 : 403);
      }
    }
    const policy = { onFailure: "delete" } as const;
    const callback = { url: "http://127.0.0.1:9/refuses", body: "o" };
    for (let round = 0; round < 6; round += 1) {
      const key = `round/${round}`;
      if (round % 2 === 0) await clientAt(round).putBucketDeliveryPolicy({ ...acl, ...policy });
      else await clientAt(round).deleteBucketDeliveryPolicy(acl);
      const upload = clientAt(round + 1).putObject({ ...acl, key, body: "x", callback });
      await expect(upload).rejects.toMatchObject({ status: round % 2 === 0 ? 424 : 203 });
    }
  });

  test("verify what they share", async () => {
    const { code, output } = await cluster.command("verify");
    expect([code, output]).toEqual([0, expect.stringContaining(": 0 damaged, 0 left over")]);
  });

  test("a command for data folders names the tools of the database", async () => {
    const { code, errors } = await cluster.command("backup", join(cluster.folder, "backup"));
    expect(code).toBe(1);
    expect(errors).toContain("with PostgreSQL's tools");
  });

  test("a node with another secret key is refused", async () => {
    await expect(cluster.serve({ key: "a1".repeat(32) })).rejects.toThrow(
      "every node needs the same one",
    );
  });

  test("a killed node loses nothing, and nodes serve again when the database is back", async () => {
    nodes[2]?.child.kill("SIGKILL");
    await clientAt(0).putObject({ bucket, key: "after", body: "the kill" });
    await cluster.database.kill();
    for (const { url } of nodes.slice(0, 2)) {
      const answer = await fetch(`${url}/${bucket}/after`);
      expect(answer.status).toBe(503);
      expect(answer.headers.get("retry-after")).toBe("1");
      await expect.poll(async () => (await fetch(`${url}/_ossicle/health`)).status).toBe(503);
    }
    await cluster.database.start();
    for (const { url } of nodes.slice(0, 2)) {
      await expect.poll(async () => (await fetch(`${url}/_ossicle/health`)).status).toBe(200);
    }
    for (const client of clients.slice(0, 2)) {
      await client.putObject({ bucket, key: "after", body: "the database's return" });
      const text = await (await client.getObject({ bucket, key: "after" })).text();
      expect(text).toBe("the database's return");
    }
  });
});

test("a node whose shared folder is not mounted is refused", async () => {
  const args = ["--metadata", cluster.metadata, "--blobs", join(cluster.folder, "not mounted")];
  const { code, errors } = await runCommand(["serve", "--port", "0", ...args], {
    OSSICLE_SECRET_KEY: "5e".repeat(32),
  });
  expect(code).toBe(1);
  expect(errors).toContain("not mounted is not the place that this store uses");
});

test("settings of several nodes are needed together", async () => {
  const { code, errors } = await runCommand(["serve", "--metadata", "mysql://a:secret@b/c"]);
  expect(code).toBe(1);
  expect(errors).toContain("a database is postgres://");
  expect(errors).not.toContain("secret");
  const blobs = await runCommand(["serve", "--blobs", "https://KEY:SECRET@host/bucket"]);
  expect(blobs.errors).toContain("expected a folder, or s3://");
  expect(blobs.errors).not.toContain("SECRET@");
  const alone = await runCommand(["serve", "--metadata", "postgres://a/b"]);
  expect(alone.errors).toContain("--metadata and --blobs must be set together");
  expect(alone.errors).toContain("--metadata and OSSICLE_SECRET_KEY must be set together");
});
