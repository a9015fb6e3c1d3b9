// Loads a store with requests of all kinds until it is stopped: small and large bodies, forms,
// uploads in parts, ranges, listings, callbacks, and connections that are idle or stall. Prints its
// counts every second, as one line of JSON. Usage: `mixed-load.ts STORE APPLICATION`.
import { connect, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { createClient } from "@ossicle/client";
import { bucket, credentials } from "../load.ts";

const [endpoint = "", application = ""] = process.argv.slice(2);
const client = createClient({ endpoint, region: "cn-hangzhou", credentials, attempts: 1 });
const mebibyte = 1_048_576;

/** How many clients of each kind work at a time. */
const clients = { small: 8, large: 4, form: 2, parts: 2, range: 3, list: 2, callback: 3 } as const;
type Kind = keyof typeof clients;

/**
 * Idle connections, and connections that stall: half of them while they send, half while they read.
 */
const idle = 500;
const stalled = 500;

/** Few keys, so that the database does not grow: its pages count as memory of the process. */
const keys = 400;

const done: Record<Kind | "failed", number> = {
  small: 0,
  large: 0,
  form: 0,
  parts: 0,
  range: 0,
  list: 0,
  callback: 0,
  failed: 0,
};
const bodies = { small: new Uint8Array(4_096), large: new Uint8Array(4 * mebibyte) };
const callback = { url: application, body: "object=${object}" };
const anyKey = (kind: string): string => `${kind}/${Math.floor(Math.random() * keys)}`;

const work: Readonly<Record<Kind, () => Promise<unknown>>> = {
  small: async () => {
    const key = anyKey("small");
    await client.putObject({ bucket, key, body: bodies.small });
    await (await client.getObject({ bucket, key })).bytes();
  },
  large: () => client.putObject({ bucket, key: anyKey("large"), body: bodies.large }),
  form: async () => {
    const form = await client.postForm({ bucket, key: anyKey("form"), expiresSeconds: 600 });
    const data = new FormData();
    for (const [name, value] of Object.entries(form.fields)) data.set(name, value);
    data.set("file", new Blob([bodies.large.subarray(0, mebibyte)]));
    const { ok } = await fetch(form.url, { method: "POST", body: data });
    if (!ok) throw new Error("a form was refused");
  },
  parts: async () => {
    const target = { bucket, key: anyKey("parts") };
    const { uploadId } = await client.initiateMultipartUpload(target);
    const parts = [];
    for (const partNumber of [1, 2, 3]) {
      const body = bodies.large.subarray(0, mebibyte);
      const { etag } = await client.uploadPart({ ...target, uploadId, partNumber, body });
      parts.push({ partNumber, etag });
    }
    await client.completeMultipartUpload({ ...target, uploadId, parts });
  },
  range: async () => {
    const from = Math.floor(Math.random() * 15) * mebibyte;
    const range = `bytes=${from}-${from + mebibyte - 1}`;
    await (await client.getObject({ bucket, key: "ranged", range })).bytes();
  },
  list: () => client.listObjectsV2({ bucket, maxKeys: 1_000 }),
  callback: () =>
    client.putObject({ bucket, key: anyKey("callback"), body: bodies.small, callback }),
};

async function repeat(kind: Kind): Promise<never> {
  for (;;) {
    await work[kind]().then(
      () => (done[kind] += 1),
      async () => {
        done.failed += 1;
        await pause(100);
      },
    );
  }
}

// Opens a connection, and a new one whenever the store closes it for being idle.
function hold(begin: (socket: Socket) => void): void {
  const { hostname, port } = new URL(endpoint);
  const socket = connect(Number(port), hostname);
  socket.on("error", () => undefined);
  socket.once("connect", () => begin(socket));
  socket.once("close", () => setTimeout(() => hold(begin), 200));
}

function stallReading(socket: Socket, url: string): void {
  const { pathname, search, host } = new URL(url);
  socket.pause();
  socket.write(`GET ${pathname}${search} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
}

function stallSending(socket: Socket, url: string): void {
  const { pathname, search, host } = new URL(url);
  socket.write(`PUT ${pathname}${search} HTTP/1.1\r\nHost: ${host}\r\n`);
  socket.write(`Content-Length: ${4 * mebibyte}\r\n\r\n`);
  socket.write(bodies.large.subarray(0, 100_000));
  socket.resume();
}

await client.putObject({ bucket, key: "ranged", body: new Uint8Array(16 * mebibyte) });
const reading = await client.presignGetObject({ bucket, key: "ranged" }, { expiresSeconds: 3_600 });
const sending = await client.presignPutObject({ bucket, key: "held" }, { expiresSeconds: 3_600 });
for (let at = 0; at < idle; at += 1) hold(() => undefined);
for (let at = 0; at < stalled / 2; at += 1) hold((socket) => stallSending(socket, sending.url));
for (let at = 0; at < stalled / 2; at += 1) hold((socket) => stallReading(socket, reading.url));
for (const [kind, count] of Object.entries(clients)) {
  for (let at = 0; at < count; at += 1) void repeat(kind as Kind);
}
setInterval(() => process.stdout.write(`${JSON.stringify(done)}\n`), 1_000);
