// The versions of Node after 20. Some code takes another path there (free-chunk.ts), and sockets,
// files and threads are other code. All serve the same folder, one after another.
import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Client, createClient } from "@ossicle/client";
import { afterAll, describe, expect, test } from "vitest";
import { program, type Served, servedCredentials, serveFolder } from "../../scenarios/serve.ts";
import { openApplication } from "../harness.ts";
import { nodePrograms } from "../prepare.ts";

const bucket = "examplebucket";
/** Longer than what goes through the page cache, and no whole number of pieces. */
const large = Buffer.alloc(20_000_001, "a large object, ");

const application = await openApplication();
const folder = await mkdtemp(join(tmpdir(), "ossicle-newer-node-"));
afterAll(async () => {
  await application.close();
  await rm(folder, { recursive: true, force: true });
});

async function during(node: string, work: (client: Client) => Promise<void>): Promise<Served> {
  const served = await serveFolder(join(folder, "data"), ["--workers", "2"], { node });
  try {
    const { url: endpoint } = served;
    const region = "cn-hangzhou";
    await work(createClient({ endpoint, region, credentials: servedCredentials }));
  } finally {
    served.child.kill("SIGKILL");
    await served.exited;
  }
  return served;
}

async function bytesOf(client: Client, key: string, range?: string): Promise<Buffer> {
  const got = await client.getObject({ bucket, key, ...(range !== undefined && { range }) });
  return Buffer.from(await got.bytes());
}

describe.each(Object.entries(nodePrograms))("Node %s", (major, node) => {
  test("is the version that it is called", () => {
    const { stdout } = spawnSync(node, ["--version"], { encoding: "utf8" });
    expect(stdout).toMatch(new RegExp(`^v${major}\\.`));
  });

  test("runs the demo: client, kit and store", () => {
    const { status, stdout } = spawnSync(node, [program, "demo"], { encoding: "utf8" });
    expect(stdout).toContain("its signature is verified");
    expect(status).toBe(0);
  });

  test("serves uploads, callbacks, reads and removals, and keeps them through a kill", async () => {
    const key = `by ${major}`;
    await during(node, async (client) => {
      await client.putBucket({ bucket });
      const callback = { url: `${application.url}/ok`, body: "key=${object}" };
      const small = await client.putObject({ bucket, key, body: "small", callback });
      expect(await small.callback?.json()).toMatchObject({ Status: "OK" });
      await client.putObject({ bucket, key: `${key}, large`, body: large });
      const read = await bytesOf(client, `${key}, large`);
      expect(read.equals(large)).toBe(true);
      const range = await bytesOf(client, `${key}, large`, "bytes=9000000-9999999");
      expect(range.equals(large.subarray(9_000_000, 10_000_000))).toBe(true);
      await client.putObject({ bucket, key: `${key}, removed`, body: "x" });
      await client.deleteMultipleObjects({ bucket, objects: [{ key: `${key}, removed` }] });
    });
    await during(node, async (client) => {
      expect(String(await bytesOf(client, key))).toBe("small");
      expect((await bytesOf(client, `${key}, large`)).equals(large)).toBe(true);
      const { contents } = await client.listObjectsV2({ bucket, prefix: key });
      expect(contents.map((one) => one.key)).toEqual([key, `${key}, large`]);
    });
  });
});
