// Encryption at rest by the built command line: large bodies beside stalled uploads, with less
// memory than they need, and keys that are disabled and sealed again while the store runs.
import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Client, createClient, OssError } from "@ossicle/client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCommand, serveFolder, type Served, servedCredentials } from "./serve.ts";

const bucket = "sealed";

let folder: string;
let data: string;
let served: Served;
let client: Client;

async function start(env = {}): Promise<void> {
  // Four pieces of body memory for one worker.
  const args = ["--log-level", "silent", "--workers", "1", "--body-memory", "4"];
  served = await serveFolder(data, args, { env });
  const credentials = servedCredentials;
  client = createClient({ endpoint: served.url, region: "cn-hangzhou", credentials });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "ossicle-sealed-"));
  data = join(folder, "data");
  await start();
  await client.putBucket({ bucket });
});
afterAll(async () => {
  await stop();
  await rm(folder, { recursive: true, force: true });
});

async function stop(): Promise<void> {
  served.child.kill("SIGTERM");
  await served.exited;
}

/** Runs `ossicle encryption` on the folder, and returns what it prints. */
async function administer(args: readonly string[], env = {}): Promise<string> {
  const { code, output, errors } = await runCommand(["encryption", ...args, "--data", data], env);
  expect(code, errors).toBe(0);
  return output.trim();
}

/** Begins an upload that sends some bytes and then stalls; `finish` sends the others. */
async function stalling(
  key: string,
  body: Buffer,
): Promise<{ readonly finish: () => Promise<string> }> {
  const target = { bucket, key, serverSideEncryption: "AES256" };
  const { url, headers } = await client.presignPutObject(target, { expiresSeconds: 300 });
  const { hostname, port, pathname, search, host } = new URL(url);
  const socket = connect(Number(port), hostname);
  const lines = Object.entries({ ...headers, host, "content-length": String(body.length) });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  socket.write(`PUT ${pathname}${search} HTTP/1.1\r\n${head}connection: close\r\n\r\n`);
  const sent = 700_001; // less than a piece, and no whole number of chunks
  socket.write(body.subarray(0, sent));
  return {
    finish: async () => {
      socket.write(body.subarray(sent));
      let answer = "";
      for await (const chunk of socket) answer += String(chunk);
      return answer.split("\r\n")[0] ?? "";
    },
  };
}

test("uploads that stall give their memory to others, and all are read back", async () => {
  const bodies = Array.from({ length: 8 }, (_, index) => randomBytes(2_500_000 + index));
  const stalled = await Promise.all(
    bodies.map((body, index) => stalling(`stalled-${index}`, body)),
  );
  const whole = await Promise.all(
    bodies.map((body, index) =>
      client.putObject({
        bucket,
        key: `whole-${index}`,
        body,
        serverSideEncryption: index % 2 === 0 ? "AES256" : "SM4",
      }),
    ),
  );
  expect(whole.map(({ serverSideEncryption: one }) => one).slice(0, 2)).toEqual(["AES256", "SM4"]);
  for (const upload of stalled) expect(await upload.finish()).toBe("HTTP/1.1 200 OK");
  for (const [index, body] of bodies.entries()) {
    for (const key of [`stalled-${index}`, `whole-${index}`]) {
      const read = await client.getObject({ bucket, key });
      expect(md5(Buffer.from(await new Response(read.body).arrayBuffer()))).toBe(md5(body));
      const range = await client.getObject({ bucket, key, range: "bytes=700000-700010" });
      const bytes = Buffer.from(await new Response(range.body).arrayBuffer());
      expect(bytes.equals(body.subarray(700_000, 700_011))).toBe(true);
    }
  }
});

test("no file holds the bytes in clear", async () => {
  const text = "in clear ".repeat(10);
  for (const length of [1, 1_000, 40_000]) {
    const body = text.repeat(length);
    await client.putObject({ bucket, key: `text-${length}`, body, serverSideEncryption: "AES256" });
  }
  const other = "not encrypted ".repeat(10);
  await client.putObject({ bucket, key: "other", body: other.repeat(1_000) });
  const files = await readdir(data, { recursive: true, withFileTypes: true });
  let others = 0;
  for (const file of files.filter((one) => one.isFile())) {
    const bytes = await readFile(join(file.parentPath, file.name));
    expect(bytes.includes(text), file.name).toBe(false);
    if (bytes.includes(other)) others += 1;
  }
  expect(others).toBeGreaterThan(0); // such files are found where they exist
});

test("a key of the operator encrypts, and a disabled one is refused", async () => {
  const id = await administer(["add-key", "--note", "payroll"]);
  const key = "payroll";
  const asked = { serverSideEncryption: "KMS", serverSideEncryptionKeyId: id };
  const body = "x".repeat(100_000);
  expect(await client.putObject({ bucket, key, body, ...asked })).toMatchObject(asked);
  await administer(["disable-key", id]);
  const read = async (): Promise<string> => {
    const { body: bytes } = await client.getObject({ bucket, key });
    return new Response(bytes).text();
  };
  await expect
    .poll(() => read().catch((cause: unknown) => cause instanceof OssError && cause.code), {
      timeout: 20_000,
      interval: 500,
    })
    .toBe("KeyDisabled");
  await administer(["enable-key", id]);
  expect(await read()).toBe(body);
});

test("the master key can be replaced, and verify needs it", async () => {
  const file = join(folder, "masters");
  await writeFile(file, `${"ab".repeat(32)}\n`);
  const env = { OSSICLE_ENCRYPTION_KEY_FILE: file };
  expect(await administer(["rotate"], env)).toMatch(/^2 keys sealed again; /);
  expect(await administer(["rotate"], env)).toBe("every key was sealed by it already");
  await stop();
  const verify = ["verify", "--data", data];
  const verified = await runCommand(verify, env);
  expect(verified.output).toContain(": 0 damaged, 0 left over");
  const withoutKeys = await runCommand(verify);
  expect(withoutKeys.code).toBe(1);
  expect(withoutKeys.output).toContain("is neither in the file of --encryption-key-file");
  await start(env);
  const { body } = await client.getObject({ bucket, key: "text-1000" });
  expect((await new Response(body).text()).length).toBe(90_000);
});

function md5(bytes: Buffer): string {
  return createHash("md5").update(bytes).digest("hex");
}
