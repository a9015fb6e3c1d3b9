// A data folder that is damaged, locked or readable by other users. Start-up names the file and the
// remedy, and creates nothing in the file's place.
import {
  chmod,
  cp,
  mkdir,
  mkdtemp,
  open,
  readdir,
  rm,
  stat,
  truncate,
  writeFile,
} from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@ossicle/client";
import { type Configuration, readConfiguration, startServer } from "@ossicle/server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCommand, serveFolder, servedCredentials } from "./serve.ts";

let work: string;
/** A store with an object in a file, an object in the database, and an added key. */
let sound: string;

beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), "ossicle-damaged-"));
  sound = join(work, "sound");
  const served = await serveFolder(sound);
  const client = createClient({
    endpoint: served.url,
    region: "cn-hangzhou",
    credentials: servedCredentials,
  });
  await client.putBucket({ bucket: "bucket" });
  for (let at = 0; at < 40; at += 1) {
    await client.putObject({ bucket: "bucket", key: `small-${at}`, body: "x".repeat(20_000) });
  }
  await client.putObject({ bucket: "bucket", key: "large", body: "y".repeat(200_000) });
  served.child.kill("SIGTERM");
  await served.exited;
  const { code } = await runCommand(["keys", "add", "--data", sound]);
  expect(code).toBe(0);
});

afterAll(() => rm(work, { recursive: true }));

let copies = 0;

async function copyOfSound(): Promise<string> {
  copies += 1;
  const folder = join(work, `copy-${copies}`);
  await cp(sound, folder, { recursive: true });
  return folder;
}

/** What `serve` prints about a folder that it refuses. */
async function refusal(folder: string): Promise<string> {
  const { code, errors } = await runCommand(["serve", "--data", folder, "--port", "0"]);
  expect(code).toBe(1);
  return errors;
}

const database = (folder: string): string => join(folder, "metadata", "data.mdb");

test.each([
  ["that is missing", (file: string) => rm(file), "data.mdb is missing"],
  ["that is empty", (file: string) => truncate(file, 0), "data.mdb is empty"],
  ["cut to half a page", (file: string) => truncate(file, 2_048), "second meta page"],
  ["cut to a third", async (file: string) => truncate(file, await partOf(file, 3)), "is truncated"],
  // The cut is larger than the last page, which may be unused.
  [
    "cut by a third",
    async (file: string) => truncate(file, await partOf(file, 1.5)),
    "is truncated",
  ],
  ["full of zeros", (file: string) => zeros(file, 0), "does not begin with a meta page"],
  ["with zeros behind its meta pages", (file: string) => zeros(file, 8_192), "is damaged: page"],
])("a database %s is named with the remedy, and not replaced", async (_name, damage, problem) => {
  const folder = await copyOfSound();
  await damage(database(folder));
  const before = (await stat(database(folder)).catch(() => undefined))?.size;
  const errors = await refusal(folder);
  expect(errors).toContain(problem);
  expect(errors).toContain(database(folder));
  expect(errors).toContain("ossicle restore");
  expect((await stat(database(folder)).catch(() => undefined))?.size).toBe(before);
  for (const command of [["verify"], ["keys", "list"], ["deliveries", "list"]]) {
    const ran = await runCommand([...command, "--data", folder]);
    expect([ran.code, ran.errors]).toEqual([1, expect.stringContaining(database(folder))]);
  }
});

async function partOf(file: string, parts: number): Promise<number> {
  return Math.floor((await stat(file)).size / parts);
}

async function zeros(file: string, from: number): Promise<void> {
  const { size } = await stat(file);
  const handle = await open(file, "r+");
  await handle.write(Buffer.alloc(size - from), 0, size - from, from);
  await handle.close();
}

test("a store whose only multipart object is empty starts again without a blob", async () => {
  const folder = await mkdtemp(join(work, "empty-parts-"));
  const served = await serveFolder(folder);
  const { url: endpoint } = served;
  const client = createClient({ endpoint, region: "cn-hangzhou", credentials: servedCredentials });
  const target = { bucket: "bucket", key: "empty" };
  await client.putBucket({ bucket: target.bucket });
  const { uploadId } = await client.initiateMultipartUpload(target);
  const { etag } = await client.uploadPart({ ...target, uploadId, partNumber: 1, body: "" });
  const parts = [{ partNumber: 1, etag }];
  await client.completeMultipartUpload({ ...target, uploadId, parts });
  served.child.kill("SIGTERM");
  await served.exited;
  const again = await serveFolder(folder);
  again.child.kill("SIGTERM");
  expect(await again.exited).toBe("0");
});

test.each([
  ["missing", (folder: string) => rm(folder, { recursive: true }), "is missing"],
  [
    "empty",
    async (folder: string) => {
      await rm(folder, { recursive: true });
      await mkdir(join(folder, "00"), { recursive: true });
    },
    "holds no files",
  ],
])(
  "a folder of blobs that is %s is named while objects have bytes in it",
  async (_name, damage, problem) => {
    const folder = await copyOfSound();
    const blobs = join(folder, "blobs");
    await damage(blobs);
    const errors = await refusal(folder);
    expect(errors).toContain(`${blobs} ${problem}`);
    expect(errors).toContain("ossicle restore");
  },
);

test.each(["blobs", "metadata"])("a file in the place of %s/ is named", async (name) => {
  const folder = await mkdtemp(join(work, "file-"));
  await writeFile(join(folder, name), "");
  expect(await refusal(folder)).toContain(`${join(folder, name)} is not a folder`);
});

test("start-up names a missing or wrong secret.key while sealed secrets need it", async () => {
  const folder = await copyOfSound();
  await rm(join(folder, "secret.key"));
  expect(await refusal(folder)).toContain(`${join(folder, "secret.key")} is missing`);
  await writeFile(join(folder, "secret.key"), "half a k");
  expect(await refusal(folder)).toContain(`${join(folder, "secret.key")} does not hold 32 bytes`);
  await writeFile(join(folder, "secret.key"), "ab".repeat(32));
  expect(await refusal(folder)).toContain(
    `${join(folder, "secret.key")} is not the key with which`,
  );
});

test.each([
  ["an empty folder", () => Promise.resolve()],
  ["a first start that was cut off before LMDB had written", emptyDatabase],
  [
    "a first start of which a power cut left a database of zeros",
    (folder: string) => emptyDatabase(folder, 32_768),
  ],
  [
    "empty folders of blobs",
    (folder: string) => mkdir(join(folder, "blobs", "00"), { recursive: true }),
  ],
])("%s is started as a new store", async (_name, prepare) => {
  const folder = await mkdtemp(join(work, "new-"));
  await prepare(folder);
  const served = await serveFolder(folder);
  served.child.kill("SIGTERM");
  expect(await served.exited).toBe("0");
});

async function emptyDatabase(folder: string, bytes = 0): Promise<void> {
  await mkdir(join(folder, "metadata"));
  await writeFile(database(folder), Buffer.alloc(bytes));
}

test("a second serve of a folder is refused until the first has ended", async () => {
  const folder = await copyOfSound();
  const first = await serveFolder(folder, ["--workers", "2"]);
  expect(await refusal(folder)).toContain(`--data ${folder} is being served by another process`);
  first.child.kill("SIGKILL");
  await first.exited;
  const second = await serveFolder(folder);
  second.child.kill("SIGTERM");
  await second.exited;
});

test("files that hold keys are readable by their owner only, in old folders too", async () => {
  const folder = await mkdtemp(join(work, "open-"));
  await chmod(folder, 0o755);
  await mkdir(join(folder, "metadata"), { mode: 0o755 });
  const served = await serveFolder(folder);
  served.child.kill("SIGTERM");
  await served.exited;
  for (const name of ["secret.key", "metadata/data.mdb", "metadata/lock.mdb"]) {
    const { mode } = await stat(join(folder, name));
    expect([name, (mode & 0o777).toString(8)]).toEqual([name, "600"]);
  }
  expect(await readdir(folder)).toContain("secret.key");
});

test("a command does not change a database that a start is still creating", async () => {
  const folder = join(work, "being-made");
  await mkdir(join(folder, "metadata"), { recursive: true });
  const file = join(folder, "metadata", "data.mdb");
  await writeFile(file, "");
  for (const command of [["deliveries", "list"], ["verify"], ["keys", "list"]]) {
    const { code, errors } = await runCommand([...command, "--data", folder]);
    expect([code, errors]).toEqual([1, expect.stringContaining("holds no store")]);
  }
  expect((await stat(file)).size).toBe(0);
});

test("a start that fails releases the folder", async () => {
  const folder = join(work, "twice");
  const settings = { data: folder, logLevel: "silent" };
  const configure = (port: string): Configuration =>
    readConfiguration({ flags: { ...settings, port }, env: {}, file: {} });
  const other = createServer();
  await new Promise<void>((resolve) => {
    other.listen(0, "127.0.0.1", resolve);
  });
  const { port } = other.address() as AddressInfo;
  await expect(startServer(configure(String(port)))).rejects.toThrow("--port");
  other.close();
  const server = await startServer(configure("0"));
  await server.close();
});

test("a port that another program uses is reported with its option", async () => {
  const folder = await copyOfSound();
  const first = await serveFolder(folder);
  const port = new URL(first.url).port;
  const other = await copyOfSound();
  const { code, errors } = await runCommand(["serve", "--data", other, "--port", port]);
  first.child.kill("SIGTERM");
  await first.exited;
  expect(code).toBe(1);
  expect(errors).toBe(
    `--port ${port}: another program listens on 127.0.0.1:${port}; stop it, or choose ` +
      "another port\n",
  );
});
