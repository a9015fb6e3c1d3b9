// TLS on both sides, custom domains, and proxies. The certificate in `fixtures` is for localhost,
// made for these tests, and trusted by NODE_EXTRA_CA_CERTS only.
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { copyFile, mkdtemp, readFile, rm } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { createServer, request, type RequestOptions } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { connect } from "node:tls";
import { fileURLToPath } from "node:url";
import { CallbackFailedError, type Client, createClient } from "@ossicle/client";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { answerJson, startApplication } from "./application.ts";
import { serveFolder, type Served, servedCredentials } from "./serve.ts";

const certificate = fileURLToPath(new URL("fixtures/localhost.pem", import.meta.url));
const key = fileURLToPath(new URL("fixtures/localhost.key", import.meta.url));
const bucket = "pictures";
let data: string;
let served: Served;

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), "ossicle-tls-"));
});
afterEach(async () => {
  served.child.kill("SIGTERM");
  await served.exited;
  await rm(data, { recursive: true, force: true });
});

describe("a callback over https", () => {
  test.each([
    [true, "localhost"],
    [false, false],
  ])("with callbackSNI %s names the server as %s", async (sni, name) => {
    const names: unknown[] = [];
    const application = createServer(
      { cert: await readFile(certificate), key: await readFile(key) },
      (incoming, response) => {
        incoming.resume().on("end", () => answerJson(response));
      },
    );
    application.on("secureConnection", (socket) => names.push(socket.servername));
    await new Promise<void>((resolve) => {
      application.listen(0, "127.0.0.1", resolve);
    });
    const { port } = application.address() as AddressInfo;
    try {
      served = await serveFolder(data, [], { env: { NODE_EXTRA_CA_CERTS: certificate } });
      const client = clientOf(served);
      await client.putBucket({ bucket });
      const callback = { url: `https://localhost:${port}/`, body: "o=${object}", sni };
      const result = await client.putObject({ bucket, key: "k", body: "x", callback });
      expect(result.callback?.json()).toEqual({ Status: "OK" });
      expect(names).toEqual([name]);
      // The certificate is checked against the URL's host name, with or without SNI.
      const other = { ...callback, url: `https://127.0.0.2:${port}/` };
      const failed = client.putObject({ bucket, key: "k", body: "x", callback: other });
      await expect(failed).rejects.toThrow(CallbackFailedError);
    } finally {
      application.close();
    }
  });

  test("is refused when no trusted root signed the certificate", async () => {
    const application = createServer(
      { cert: await readFile(certificate), key: await readFile(key) },
      (_incoming, response) => answerJson(response),
    );
    await new Promise<void>((resolve) => {
      application.listen(0, "127.0.0.1", resolve);
    });
    const { port } = application.address() as AddressInfo;
    try {
      served = await serveFolder(data);
      const client = clientOf(served);
      await client.putBucket({ bucket });
      const callback = { url: `https://localhost:${port}/`, body: "o=${object}" };
      const failed = client.putObject({ bucket, key: "k", body: "x", callback });
      await expect(failed).rejects.toMatchObject({ message: "Error status : 502." });
    } finally {
      application.close();
    }
  });
});

function clientOf({ url: endpoint }: Served): Client {
  return createClient({ endpoint, region: "cn-hangzhou", credentials: servedCredentials });
}

/** The fingerprint of a listener's certificate. */
async function certificateOf(url: string): Promise<string> {
  const { hostname: host, port } = new URL(url);
  const socket = connect({ host, port: Number(port), rejectUnauthorized: false });
  await once(socket, "secureConnect");
  const { fingerprint256 } = socket.getPeerCertificate();
  socket.destroy();
  return fingerprint256;
}

/** A fetch over TLS to the store, whatever the URL's host is, as if its DNS led there. */
function fetchFrom(
  { url: store }: Served,
  options: RequestOptions,
  more: Readonly<Record<string, string>> = {},
): typeof fetch {
  const { port } = new URL(store);
  return async (input, init) => {
    const { method, headers, body } = new Request(input, init);
    const payload = body === null ? undefined : Buffer.from(await new Response(body).arrayBuffer());
    const url = new URL(new Request(input).url);
    const servername = url.hostname === "127.0.0.1" ? "localhost" : url.hostname;
    const call = request({
      ...options,
      host: "127.0.0.1",
      port,
      servername,
      method,
      path: url.pathname + url.search,
      headers: { ...Object.fromEntries(headers), host: url.host, ...more },
    });
    call.end(payload);
    const [answer] = (await once(call, "response")) as [IncomingMessage];
    const { statusCode: status = 0 } = answer;
    const found = Object.entries(answer.headers).map(
      ([name, value]) => [name, String(value)] as [string, string],
    );
    const bytes = await new Response(Readable.toWeb(answer) as ReadableStream).arrayBuffer();
    return new Response([204, 304].includes(status) ? null : bytes, { status, headers: found });
  };
}

test("a bucket refuses a version of TLS that it does not accept", async () => {
  served = await serveFolder(data, ["--tls-cert", certificate, "--tls-key", key]);
  const ca = await readFile(certificate, "utf8");
  const over = (version: "TLSv1.2" | "TLSv1.3"): Client =>
    createClient({
      endpoint: served.url,
      region: "cn-hangzhou",
      credentials: servedCredentials,
      fetch: fetchFrom(served, { ca, minVersion: version, maxVersion: version, agent: false }),
    });
  const [older, newer] = [over("TLSv1.2"), over("TLSv1.3")];
  await older.putBucket({ bucket });
  await older.putObject({ bucket, key: "k", body: "x" });
  await older.putBucketHttpsConfig({ bucket, tls: { enable: true, tlsVersion: ["TLSv1.3"] } });
  const refusal = { code: "AccessDenied", message: "The bucket does not accept TLSv1.2." };
  await expect(older.getObject({ bucket, key: "k" })).rejects.toMatchObject(refusal);
  await expect(older.listObjects({ bucket })).rejects.toMatchObject(refusal);
  expect(await (await newer.getObject({ bucket, key: "k" })).text()).toBe("x");
  await newer.putBucket({ bucket: "open" });
  const copySource = `/${bucket}/k`;
  const copied = older.copyObject({ bucket: "open", key: "copy", copySource });
  await expect(copied).rejects.toMatchObject(refusal);
  await newer.copyObject({ bucket: "open", key: "copy", copySource });
  expect(await (await older.getObject({ bucket: "open", key: "copy" })).text()).toBe("x");
});

test("a renewed certificate is used without a restart, also by the console", async () => {
  const [cert, keyFile] = [join(data, "tls.pem"), join(data, "tls.key")];
  await copyFile(certificate, cert);
  await copyFile(key, keyFile);
  const tls = ["--tls-cert", cert, "--tls-key", keyFile];
  served = await serveFolder(join(data, "store"), [...tls, "--workers", "2", "--admin-port", "0"]);
  const [, adminUrl = ""] = /deliveries at (\S+)/.exec(served.output()) ?? [];
  await expect.poll(() => fetch(`${adminUrl}/health`).then((got) => got.text())).toBe("ok\n");
  const before = await certificateOf(served.url);
  // While only one file has been replaced, each process uses the earlier certificate. The new key
  // is of another type, as when certbot changes from RSA to ECDSA, and an authority has signed the
  // new certificate.
  const times = (text: string): number => served.output().split(text).length - 1;
  const renewed = fileURLToPath(new URL("fixtures/renewed.pem", import.meta.url));
  await copyFile(renewed, cert);
  // Two workers and their primary.
  await expect.poll(() => times("the earlier TLS certificate is used")).toBe(3);
  expect(await certificateOf(served.url)).toBe(before);
  await copyFile(renewed.replace(".pem", ".key"), keyFile);
  const after = new X509Certificate(await readFile(renewed)).fingerprint256;
  await expect.poll(() => times("the TLS certificate was renewed")).toBe(3);
  expect(await certificateOf(served.url)).toBe(after);
  const client = createClient({
    endpoint: `${adminUrl}/store`,
    region: "cn-hangzhou",
    credentials: servedCredentials,
  });
  expect((await client.listBuckets({})).buckets).toEqual({ bucket: [] });
});

test("the store serves https under a custom domain, behind a proxy that it trusts", async () => {
  const application = await startApplication();
  try {
    const tls = ["--tls-cert", certificate, "--tls-key", key];
    const domains = ["--custom-domains", `img.example.org=${bucket}`];
    const network = ["--callback-targets", "private", "--trusted-proxies", "127.0.0.0/8"];
    served = await serveFolder(data, [...tls, ...domains, ...network]);
    const { port } = new URL(served.url);
    const ca = await readFile(certificate, "utf8");
    const forwarded = "203.0.113.9, 198.51.100.7, 127.0.0.5";
    const send = fetchFrom(served, { ca }, { "x-forwarded-for": forwarded });
    const options = { region: "cn-hangzhou", credentials: servedCredentials, fetch: send };
    await createClient({ ...options, endpoint: served.url }).putBucket({ bucket });
    const client = createClient({
      ...options,
      endpoint: `https://img.example.org:${port}`,
      addressing: "custom-domain",
    });
    const callback = { url: application.url, body: "${clientIp}" };
    await client.putObject({ bucket, key: "a/b.png", body: "x", callback });
    expect(application.received[0]?.body).toBe("198.51.100.7");
    expect(await (await client.getObject({ bucket, key: "a/b.png" })).text()).toBe("x");
  } finally {
    await application.close();
  }
});
