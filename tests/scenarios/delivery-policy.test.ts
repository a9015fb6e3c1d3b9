// A bucket with a delivery policy, over real sockets. The application reads a hidden upload before
// it decides, callbacks are retried until they are confirmed, and callbacks carry a signature that
// expires, under keys that are rotated.
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Client, createClient, OssError } from "@ossicle/client";
import { type CallbackHandler, MemoryDeliveryStore, nodeCallback } from "@ossicle/kit";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { runCommand, serveFolder, type Served, servedCredentials } from "./serve.ts";

const bucket = "policies";
let data: string;
let served: Served;
let client: Client;
let application: Server;
let decide: CallbackHandler;
let refused: string[];
let ids: (string | undefined)[];

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), "ossicle-policy-"));
  served = await serveFolder(data, ["--log-level", "silent"]);
  client = createClient({
    endpoint: served.url,
    region: "cn-hangzhou",
    credentials: servedCredentials,
  });
  const keys = `${served.url}/_ossicle/callback-keys/`;
  const handle = nodeCallback(
    (callback) => {
      ids.push(callback.id);
      return decide(callback);
    },
    {
      trustedKeyUrls: [keys],
      webhook: { jwksUrl: `${keys}jwks.json` },
      deliveries: new MemoryDeliveryStore(),
      onRefused: (reason) => refused.push(reason),
    },
  );
  application = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => {
    application.listen(0, "127.0.0.1", resolve);
  });
  await client.putBucket({ bucket });
});
beforeEach(() => {
  decide = () => ({ saved: true });
  refused = [];
  ids = [];
});
afterAll(async () => {
  application.close();
  served.child.kill("SIGTERM");
  await served.exited;
  await rm(data, { recursive: true, force: true });
});

const callback = () => ({
  url: `http://127.0.0.1:${(application.address() as AddressInfo).port}/cb`,
  body: "object=${object}",
});
const policy = (own: Partial<Parameters<Client["putBucketDeliveryPolicy"]>[0]>) =>
  client.putBucketDeliveryPolicy({
    bucket,
    webhookSignature: true,
    ...own,
  });

test("an application reads a hidden upload, and one that it refuses stays hidden", async () => {
  await policy({ onFailure: "hide" });
  decide = async ({ id = "", variables }) => {
    const key = variables.text("object") ?? "";
    const pending = await client.getObject({ bucket, key, versionId: id });
    if ((await new Response(pending.body).text()).includes("virus")) throw new Error("refused");
    return { checked: key };
  };
  const good = await client.putObject({ bucket, key: "k", body: "harmless", callback: callback() });
  expect(good.callback?.json()).toEqual({ checked: "k" });
  const bad = client.putObject({ bucket, key: "k", body: "a virus", callback: callback() });
  await expect(bad).rejects.toMatchObject({ code: "CallbackNotConfirmed", status: 424 });
  const { body } = await client.getObject({ bucket, key: "k" });
  expect(await new Response(body).text()).toBe("harmless");
});

test("a callback is retried under one id until confirmed, and each round is recorded", async () => {
  await policy({ retry: { maxAttempts: 5, firstDelaySeconds: 1 } });
  let fails = 1;
  decide = () => {
    if (fails-- > 0) throw new Error("not yet");
    return { saved: true };
  };
  const first = await client
    .putObject({ bucket, key: "again", body: "x", callback: callback() })
    .catch((cause: unknown) => cause);
  expect(first).toMatchObject({ code: "CallbackFailed", status: 203 });
  const id = first instanceof OssError ? (first.requestId ?? "") : "";
  const shown = async (): Promise<unknown> =>
    JSON.parse((await runCommand(["deliveries", "show", id, "--json", "--data", data])).output);
  await expect
    .poll(shown, { interval: 500 })
    .toMatchObject({ state: "delivered", rounds: 2, attempts: [{ status: 500 }, { status: 200 }] });
  expect(ids).toEqual([id, id]);
});

test("a store that has signed no webhook has no webhook key", async () => {
  const fresh = await mkdtemp(join(tmpdir(), "ossicle-keys-"));
  const other = await serveFolder(fresh);
  other.child.kill("SIGTERM");
  await other.exited;
  const { output } = await runCommand(["webhook-keys", "list", "--data", fresh]);
  expect(output).toContain("none yet");
  await rm(fresh, { recursive: true });
});

test("without a restart, a rotated webhook key signs beside the new one", async () => {
  await policy({});
  const jwks = async (): Promise<readonly { kid: string }[]> => {
    const answer = await fetch(`${served.url}/_ossicle/callback-keys/jwks.json`);
    return ((await answer.json()) as { keys: { kid: string }[] }).keys;
  };
  const before = await jwks();
  const rotated = await runCommand(["webhook-keys", "rotate", "--json", "--data", data]);
  const { kid, publicKey } = JSON.parse(rotated.output) as { kid: string; publicKey: string };
  expect(publicKey).toMatch(/^whpk_[\w+/]{43}=$/);
  expect((await jwks()).map((key) => key.kid)).toEqual([...before.map((key) => key.kid), kid]);
  const { output } = await runCommand(["webhook-keys", "list", "--data", data]);
  expect(output).toContain(`${publicKey}\n`);
  expect(output).toMatch(/ {2}until 20/);
  // The application still holds the key set that it fetched before the rotation, so the signature
  // of the old key verifies.
  await client.putObject({ bucket, key: "rotated", body: "x", callback: callback() });
  expect([ids.length, refused]).toEqual([1, []]);
  const bad = await runCommand(["webhook-keys", "rotate", "--overlap", "soon", "--data", data]);
  expect([bad.code, bad.errors]).toEqual([1, "--overlap soon: expected whole hours\n"]);
});

test("an upload without callback parameters gets the bucket's default callback", async () => {
  const { url, body } = callback();
  const encoded = Buffer.from(JSON.stringify({ callbackUrl: url, callbackBody: body }));
  await policy({ defaultCallbacks: [{ prefix: "in/", callback: encoded.toString("base64") }] });
  await client.putObject({ bucket, key: "in/a", body: "x" });
  await client.putObject({ bucket, key: "out/a", body: "x" });
  expect(ids).toHaveLength(1);
  expect(await client.getBucketDeliveryPolicy({ bucket })).toMatchObject({
    webhookSignature: true,
    defaultCallbacks: [{ prefix: "in/" }],
  });
  await client.deleteBucketDeliveryPolicy({ bucket });
  await client.putObject({ bucket, key: "in/b", body: "x" });
  expect(ids).toHaveLength(1);
});
