// `ossicle verify`, `backup` and `restore`: beside a server under load, and on a folder that the
// test damages.
import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Client, createClient } from "@ossicle/client";
import { mintVersion, openLmdbMetadataStore } from "@ossicle/store";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type KeyLetter, keySpace } from "../../packages/server/src/objects/records/key-space.ts";
import { type Ran, runCommand, serveFolder, type Served, servedCredentials } from "./serve.ts";

const bucket = "kept";
let root: string;
let data: string;
let served: Served;
let client: Client;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "ossicle-keeping-"));
  data = join(root, "data");
  await start(data);
});
afterEach(async () => {
  await stop();
  await rm(root, { recursive: true, force: true });
});

async function start(folder: string): Promise<void> {
  served = await serveFolder(folder, ["--log-level", "silent"]);
  const { url: endpoint } = served;
  client = createClient({ endpoint, region: "cn-hangzhou", credentials: servedCredentials });
}

async function stop(): Promise<void> {
  served.child.kill("SIGTERM");
  await served.exited;
}

const verify = (folder = data, ...args: readonly string[]): Promise<Ran> =>
  runCommand(["verify", "--data", folder, ...args]);
const large = () => randomBytes(100_000);

/** Fills a bucket with objects, versions, parts and deliveries of every kind. */
async function fill(): Promise<void> {
  await client.putBucket({ bucket });
  await client.putBucketVersioning({ bucket, status: "Enabled" });
  await client.putObject({ bucket, key: "small", body: "hello" });
  await client.putObject({ bucket, key: "large", body: large() });
  await client.putObject({ bucket, key: "large", body: large() });
  await client.copyObject({ bucket, key: "copy", copySource: `/${bucket}/large` });
  await client.appendObject({ bucket, key: "log", position: 0, body: "one" });
  await client.appendObject({ bucket, key: "log", position: 3, body: large() });
  await client.multipartUpload({
    bucket,
    key: "parts",
    body: randomBytes(250_000),
    partSize: 102_400,
  });
  await client.putSymlink({ bucket, key: "link", symlinkTarget: "small" });
  await client.deleteObject({ bucket, key: "small" });
  const { uploadId } = await client.initiateMultipartUpload({ bucket, key: "open" });
  await client.uploadPart({ bucket, key: "open", uploadId, partNumber: 1, body: large() });
  const callback = { url: "http://127.0.0.1:1/", body: "o" };
  await client.putObject({ bucket, key: "failed", body: "x", callback }).catch(() => undefined);
  await client.putBucketDeliveryPolicy({
    bucket,
    onFailure: "hide",
    retry: { maxAttempts: 2, firstDelaySeconds: 3_600 },
  });
  await client.putObject({ bucket, key: "hidden", body: large(), callback }).catch(() => undefined);
}

async function blobFiles(folder = data): Promise<readonly string[]> {
  const found: string[] = [];
  for (const shard of await readdir(join(folder, "blobs"))) {
    for (const name of await readdir(join(folder, "blobs", shard))) {
      found.push(join(folder, "blobs", shard, name));
    }
  }
  return found;
}

/** Puts a record under a key that no kind of record has, while no store runs. */
async function putUnder(key: Buffer): Promise<void> {
  const metadata = await openLmdbMetadataStore({ folder: join(data, "metadata") });
  const puts = [{ key, value: Buffer.from("\u0001{}") }];
  await metadata.commit({ version: mintVersion(), checks: [], puts, deletes: [] });
  await metadata.close();
}

/** Removes records of one kind from the database while no store runs. */
async function forget(letter: KeyLetter): Promise<void> {
  const metadata = await openLmdbMetadataStore({ folder: join(data, "metadata") });
  const { rows } = await metadata.scan({ ...keySpace[letter].range(), limit: 100 });
  const deletes = rows.flatMap((row) => ("entry" in row ? [row.entry.key] : []));
  expect(deletes.length).toBeGreaterThan(0);
  await metadata.commit({ version: mintVersion(), checks: [], puts: [], deletes });
  await metadata.close();
}

describe("verify", () => {
  test("finds no damage in a store of every kind of record, and counts what it read", async () => {
    await fill();
    const { code, output } = await verify();
    expect(output).toMatch(/^looked at \d+ records, 10 versions, \d parts, 2 deliveries, /);
    expect(output).toMatch(/, [6-9] blobs, \d{6,} bytes: 0 damaged, 0 left over\n$/);
    expect(output.split("\n")).toHaveLength(2);
    expect(code).toBe(0);
    const quick = await verify(data, "--quick", "--json");
    expect(JSON.parse(quick.output)).toMatchObject({ bytes: 0, damaged: 0, versions: 10 });
  });

  test("finds no damage while clients write to the store", async () => {
    await client.putBucket({ bucket });
    const load = { isOver: false };
    const write = async (worker: number): Promise<void> => {
      for (let turn = 0; !load.isOver; turn += 1) {
        const key = `k${worker}-${turn % 5}`;
        if (turn % 7 === 6) await client.deleteObject({ bucket, key });
        else await client.putObject({ bucket, key, body: turn % 2 === 0 ? "x" : large() });
      }
    };
    const writers = [write(1), write(2), write(3)];
    try {
      for (let count = 0; count < 4; count += 1) {
        const { code, output } = await verify();
        expect([code, output]).toEqual([0, expect.stringContaining("0 damaged, 0 left over")]);
      }
    } finally {
      load.isOver = true;
      await Promise.all(writers);
    }
  });

  test("names blobs that are changed, cut or missing, and one that no record names", async () => {
    await client.putBucket({ bucket });
    for (const key of ["a", "b", "c", "d"]) await client.putObject({ bucket, key, body: large() });
    await stop();
    const [changed = "", cut = "", gone = ""] = await blobFiles();
    const bytes = await readFile(changed);
    bytes[500] = (bytes[500] ?? 0) ^ 1;
    await writeFile(changed, bytes);
    await truncate(cut, 99_999);
    await rm(gone);
    const stray = join(data, "blobs", "00", "00".repeat(16));
    await writeFile(stray, "stray");
    const { code, output } = await verify();
    expect(code).toBe(1);
    expect(output).toMatch(/DAMAGED {3}object \w+\/\w: its CRC-64 is \d+, not \d+/);
    expect(output).toMatch(/its MD5 is /);
    expect(output).toMatch(/its bytes are not there: a blob is shorter than its record says/);
    expect(output).toMatch(/its bytes are not there: blob \w{32} is not there/);
    expect(output).toContain(`left over  blob ${"00".repeat(16)}: no record names its 5 bytes`);
    expect(output).toMatch(/: 3 damaged, 1 left over\n$/);
    expect(output).toContain("object kept/");
    // --quick reads no bytes, and still finds the blobs that are cut or missing.
    expect((await verify(data, "--quick")).output).toMatch(/: 2 damaged, 1 left over\n$/);
    expect(await readFile(stray, "utf8")).toBe("stray");
    await start(data);
  });

  test.each([
    ["Q", "with an unknown letter", /record Q 31: no kind of record has this key/],
    ["g", "that is too short", /the key 6731 of kind g is too short/],
    ["i", "that is too long", /of kind i has 1 bytes too many/],
    ["q", "that is too short", /the key 7131 of kind q is too short/],
  ])("names a record under a key %s… %s, and goes on", async (letter, _name, words) => {
    await fill();
    await stop();
    await putUnder(Buffer.from(letter + "1".repeat(letter === "i" ? 17 : 1)));
    const { output } = await verify();
    expect(output).toMatch(words);
    expect(output).toMatch(/: 1 damaged, 0 left over\n$/);
    await rm(data, { recursive: true });
    await start(data);
  });

  test.each<[KeyLetter, RegExp]>([
    ["r", /nothing keeps \w{32} from being swept/],
    ["q", /delivery \w{24}: it is due, but no job will ever send it/],
    ["x", /its list of blobs ends at byte 0 of \d+/],
    ["g", /bucket kept: it has no gate/],
    ["l", /left over {2}job of delivery/],
  ])("names what is wrong when records of kind %s are lost", async (letter, words) => {
    await fill();
    await stop();
    await forget(letter);
    const { output } = await verify();
    expect(output).toMatch(words);
    await rm(data, { recursive: true });
    await start(data);
  });

  test("refuses a folder that holds no store", async () => {
    const { code, errors } = await verify(join(root, "none"));
    expect([code, errors]).toEqual([1, expect.stringContaining("holds no store")]);
  });
});

describe("backup and restore", () => {
  const backup = (): Promise<Ran> =>
    runCommand(["backup", join(root, "backup"), "--data", data, "--json"]);
  const restore = (folder: string): Promise<Ran> =>
    runCommand(["restore", join(root, "backup"), "--data", folder]);

  test("a multipart object of empty parts does not stop a backup", async () => {
    await client.putBucket({ bucket });
    const { uploadId } = await client.initiateMultipartUpload({ bucket, key: "empty" });
    const part = { bucket, key: "empty", uploadId, partNumber: 1, body: "" };
    const { etag } = await client.uploadPart(part);
    const parts = [{ partNumber: 1, etag: etag ?? "" }];
    await client.completeMultipartUpload({ bucket, key: "empty", uploadId, parts });
    const { code, errors } = await backup();
    expect([code, errors]).toEqual([0, ""]);
  });

  test("a store under load is backed up as it was at one moment, and restored whole", async () => {
    await fill();
    const bodies = new Map<string, Buffer>();
    const load = { isOver: false };
    const write = async (worker: number): Promise<void> => {
      for (let turn = 0; !load.isOver; turn += 1) {
        const body = turn % 2 === 0 ? randomBytes(10) : large();
        const key = `load/${worker}/${turn}`;
        await client.putObject({ bucket, key, body });
        bodies.set(key, body);
      }
    };
    const writers = [write(1), write(2)];
    const before = new Set<string>();
    try {
      await expect.poll(() => bodies.size).toBeGreaterThan(20);
      for (const key of bodies.keys()) before.add(key);
      const { code, errors } = await backup();
      expect([code, errors]).toEqual([0, ""]);
    } finally {
      load.isOver = true;
      await Promise.all(writers);
    }
    const restored = join(root, "restored");
    expect((await restore(restored)).output).toMatch(/^restored .* as it was at 20/);
    expect((await verify(restored)).output).toMatch(/: 0 damaged, 0 left over\n$/);
    await stop();
    await start(restored);
    for (const [key, body] of bodies) {
      const found = await client.getObject({ bucket, key }).catch(() => undefined);
      if (found === undefined) expect(before).not.toContain(key);
      else expect(Buffer.from(await new Response(found.body).arrayBuffer())).toEqual(body);
    }
    // The restored store accepts new objects.
    await client.putObject({ bucket, key: "after", body: "x" });
  });

  test("a second backup copies new blobs, and removes those that the store deleted", async () => {
    await client.putBucket({ bucket });
    for (const key of ["a", "b"]) await client.putObject({ bucket, key, body: large() });
    expect(JSON.parse((await backup()).output)).toMatchObject({ blobs: 2, copied: 2 });
    await client.putObject({ bucket, key: "c", body: large() });
    await client.deleteObject({ bucket, key: "a" });
    expect(JSON.parse((await backup()).output)).toMatchObject({ blobs: 2, copied: 1 });
    expect(await blobFiles(join(root, "backup"))).toHaveLength(2);
  });

  test("a backup that fails leaves the earlier one complete", async () => {
    await client.putBucket({ bucket });
    await client.putObject({ bucket, key: "a", body: large() });
    expect((await backup()).code).toBe(0);
    await client.putObject({ bucket, key: "b", body: large() });
    const [, newest = ""] = [...(await blobFiles())].sort((left, right) =>
      left.slice(-32) < right.slice(-32) ? -1 : 1,
    );
    await rm(newest);
    const { code, errors } = await backup();
    expect([code, errors]).toEqual([
      1,
      expect.stringMatching(/^blob \w{32} is missing: run `ossicle verify` to find the damage\n$/),
    ]);
    const restored = join(root, "restored");
    await restore(restored);
    expect((await verify(restored)).output).toMatch(/: 0 damaged, 0 left over\n$/);
  });

  test("a backup of another store is not replaced, and a lost database is not copied", async () => {
    await backup();
    await stop();
    const lost = join(root, "lost");
    await start(lost);
    const other = ["backup", join(root, "backup"), "--data", lost];
    expect((await runCommand(other)).errors).toContain("holds a backup of another store");
    await stop();
    await rm(join(lost, "metadata", "data.mdb"));
    const missing = `${join(lost, "metadata", "data.mdb")} is missing`;
    expect((await runCommand(other)).errors).toContain(missing);
    expect((await verify(lost)).errors).toContain(missing);
    await expect(serveFolder(join(root, "backup"))).rejects.toThrow("holds a backup");
    expect((await verify(join(root, "backup"))).errors).toContain("holds a backup");
  });

  test("a backup folder inside the data folder, or around it, is refused", async () => {
    for (const place of [data, join(data, "new", "backup"), root]) {
      const { code, errors } = await runCommand(["backup", place, "--data", data]);
      expect([code, errors]).toEqual([1, expect.stringContaining("contains the other")]);
    }
  });

  test("a restore to a file or into the backup is refused", async () => {
    await backup();
    const file = join(root, "file");
    await writeFile(file, "dear");
    expect((await restore(file)).code).toBe(1);
    expect(await readFile(file, "utf8")).toBe("dear");
    const inside = join(root, "backup", "inside");
    expect((await restore(inside)).errors).toContain("lies in the backup itself");
    const empty = join(root, "empty");
    await mkdir(empty);
    expect((await restore(empty)).code).toBe(0);
    expect((await verify(empty)).code).toBe(0);
  });

  test("a backup overwrites only backups, and a restore needs an empty folder", async () => {
    await mkdir(join(root, "backup"));
    await writeFile(join(root, "backup", "letter.txt"), "dear");
    expect(await backup()).toMatchObject({
      code: 1,
      errors: expect.stringContaining("is neither empty nor a backup") as string,
    });
    expect(await restore(join(root, "x"))).toMatchObject({
      code: 1,
      errors: expect.stringContaining("holds no whole backup") as string,
    });
    await rm(join(root, "backup"), { recursive: true });
    await backup();
    expect(await restore(data)).toMatchObject({
      code: 1,
      errors: expect.stringContaining("is not empty") as string,
    });
  });
});
