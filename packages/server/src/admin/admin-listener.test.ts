// The admin listener over a real socket: who may ask, and replays of many deliveries.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { once } from "node:events";
import { get, type IncomingHttpHeaders } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  adminResource,
  type Credentials,
  encodeParameter,
  signAdminRequest,
  signHeaders,
  signQuery,
} from "@ossicle/protocol";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { accessKeysOf } from "../accounts/access-keys.ts";
import { allPrincipalsOf, principalsOf } from "../accounts/principals.ts";
import { issueTemporaryKey } from "../accounts/session-token.ts";
import { showRequest } from "../callback/show-request.ts";
import { tryCallback } from "../callback/try-callback.ts";
import { deliveriesOf } from "../callback/deliveries/deliveries.ts";
import { modelCredentials, type ModelPipeline, modelPipeline } from "../testing/model-pipeline.ts";
import { type AdminOptions, startAdminListener } from "./admin-listener.ts";
import { readConsole } from "./console-files.ts";

const region = "cn-hangzhou";
let pipeline: ModelPipeline;
let listener: { readonly url: string; readonly close: () => Promise<void> };
/** Where requests below `/store` go; nothing listens at the discard port. */
let storeUrl = "http://127.0.0.1:9";

beforeEach(async () => {
  pipeline = await modelPipeline();
  await start();
});
afterEach(async () => {
  await listener.close();
  await pipeline.services.callbacks.close();
});

async function start({
  hasOpenMetrics = false,
  consoleFiles,
}: Partial<Pick<AdminOptions, "hasOpenMetrics" | "consoleFiles">> = {}): Promise<void> {
  const { services, metadata, clock } = pipeline;
  const now = (): number => clock.ms;
  listener = await startAdminListener(
    {
      health: () => Promise.resolve([]),
      metrics: () => Promise.resolve("figures"),
      hasOpenMetrics,
      consoleFiles,
      deliveries: deliveriesOf(metadata, now),
      accounts: services.accounts,
      keys: accessKeysOf(metadata, services.accounts.box, now),
      principals: allPrincipalsOf(metadata, now),
      history: () => ({ points: [] }),
      tryCallback: (raw) => tryCallback(services, raw),
      showRequest: (id) => showRequest(services, id),
      store: { url: storeUrl, certificate: undefined },
      region,
      clock: now,
      log: pino({ level: "silent" }),
    },
    { host: "127.0.0.1", port: 0 },
  );
}

interface Asked {
  readonly method?: "GET" | "POST";
  readonly credentials?: Credentials;
  /** The path that the signature covers, when it is not the request's. */
  readonly signedPath?: string;
  readonly lateMs?: number;
}

async function ask(path: string, asked: Asked = {}): Promise<{ status: number; value: unknown }> {
  const { method = "GET", credentials = modelCredentials, signedPath = path, lateMs = 0 } = asked;
  const headers = await signAdminRequest({
    method,
    url: new URL(signedPath, listener.url),
    credentials,
    region,
    now: new Date(pipeline.clock.ms - lateMs),
  });
  const answer = await fetch(listener.url + path, { method, headers });
  return { status: answer.status, value: await answer.json() };
}

function temporaryKey(policy?: string): Credentials {
  const endsMs = pipeline.clock.ms + 900_000;
  const arn = "acs:ram::1:role/r/s";
  const { box } = pipeline.services.accounts;
  return issueTemporaryKey(box, { parent: modelCredentials.accessKeyId, arn, endsMs, policy });
}

describe("accounts, users and groups", () => {
  const post = (path: string, credentials: Credentials = modelCredentials) =>
    ask(path, { method: "POST", credentials });
  const policy = encodeURIComponent(
    JSON.stringify({
      Version: "1",
      Statement: [{ Effect: "Allow", Action: "oss:GetObject", Resource: "*" }],
    }),
  );

  test("are added, changed, listed and removed", async () => {
    expect((await post("/principals?kind=account&name=partner&note=n")).status).toBe(200);
    await post("/principals?kind=group&name=readers");
    await post("/principals?kind=user&name=app&account=partner");
    await post("/principals?kind=user&name=own");
    await post(`/principals/readers/policy?kind=group&policy=read&text=${policy}`);
    expect((await post("/principals/own/groups?kind=user&groups=readers")).status).toBe(200);
    expect((await ask("/principals")).value).toMatchObject({
      accounts: [{ name: "partner", note: "n" }],
      users: [
        { name: "app", account: { name: "partner" } },
        { name: "own", groups: [{ name: "readers" }] },
      ],
      groups: [{ name: "readers", policies: { read: decodeURIComponent(policy) } }],
    });
    expect((await post("/keys?user=app")).status).toBe(201);
    expect((await ask("/keys")).value).toMatchObject({
      keys: [{ user: "app", account: "partner" }],
    });
    await post("/principals/readers/policy?kind=group&policy=read");
    await post("/principals/own/groups?kind=user");
    for (const [kind, name] of [
      ["group", "readers"],
      ["user", "own"],
      ["account", "partner"],
    ]) {
      expect((await post(`/principals/${name}/remove?kind=${kind}`)).status).toBe(200);
    }
    expect((await ask("/principals")).value).toEqual({ accounts: [], users: [], groups: [] });
  });

  test.each([
    ["/principals?kind=role&name=x", "kind is account, user or group"],
    ["/principals?kind=user&name=a%20b", "the name of a user has 1 to 64 letters"],
    ["/principals?kind=user&name=x&account=y", "there is no account y"],
    [`/principals?kind=user&name=x&note=${"n".repeat(201)}`, "note has at most 200"],
    ["/principals/x/remove?kind=group", "there is no group x"],
    [`/principals/x/policy?kind=account&policy=p&text=${policy}`, "accounts have no policies"],
    ["/principals/x/groups?kind=user&groups=y", "there is no group y"],
    ["/principals/x/groups?kind=group", "only users are in groups"],
    ["/principals/x/remove", "kind is account, user or group"],
    ["/keys?user=x", "there is no user x"],
  ])("%s is refused", async (path, error) => {
    const { status, value } = await post(path);
    expect([status, JSON.stringify(value)]).toEqual([400, expect.stringContaining(error)]);
  });

  test("are changed by permanent keys only", async () => {
    expect((await ask("/principals", { credentials: temporaryKey() })).status).toBe(200);
    for (const path of ["/principals?kind=user&name=x", "/principals/x/remove?kind=user"]) {
      expect((await post(path, temporaryKey())).status).toBe(403);
    }
  });
});

describe("a request without a valid signature", () => {
  test("gets health, and nothing else", async () => {
    const statusOf = async (path: string, init?: RequestInit): Promise<number> =>
      (await fetch(listener.url + path, init)).status;
    expect(await statusOf("/health")).toBe(200);
    expect(await statusOf("/metrics")).toBe(403);
    expect(await statusOf("/deliveries")).toBe(403);
    expect(await statusOf("/deliveries/stats")).toBe(403);
    expect(await statusOf("/nothing")).toBe(403);
    expect(await statusOf("/deliveries/replay?since=1h", { method: "POST" })).toBe(403);
    expect(await statusOf("/health", { method: "POST" })).toBe(403);
  });

  test("gets metrics where they are open", async () => {
    await listener.close();
    await start({ hasOpenMetrics: true });
    expect(await (await fetch(`${listener.url}/metrics`)).text()).toBe("figures");
  });

  test.each<[string, Asked, string]>([
    ["another secret", { credentials: { accessKeyId: "ak", accessKeySecret: "no" } }, "Signature"],
    ["an unknown key", { credentials: { accessKeyId: "x", accessKeySecret: "y" } }, "InvalidAcc"],
    ["another path", { signedPath: "/deliveries/stats" }, "SignatureDoesNotMatch"],
    ["another query", { signedPath: "/deliveries?state=failed" }, "SignatureDoesNotMatch"],
    ["an old time", { lateMs: 1_000_000 }, "RequestTimeTooSkewed"],
  ])("is refused: %s", async (_, asked, code) => {
    const { status, value } = await ask("/deliveries", asked);
    expect([status, JSON.stringify(value)]).toEqual([403, expect.stringContaining(code)]);
  });

  test("is refused with the key of another account, or of a user", async () => {
    const { metadata, clock, services } = pipeline;
    await principalsOf(metadata, "account", () => clock.ms).add("partner", { note: "" });
    await principalsOf(metadata, "user", () => clock.ms).add("app", { note: "" });
    const keys = accessKeysOf(metadata, services.accounts.box, () => clock.ms);
    for (const [owner, what] of [
      [{ account: "partner" }, "store's own account"],
      [{ user: "app" }, "key of a user"],
    ] as const) {
      const credentials = await keys.add({ note: "", ...owner });
      const { status, value } = await ask("/deliveries", { credentials });
      expect([status, JSON.stringify(value)]).toEqual([403, expect.stringContaining(what)]);
    }
  });

  test("is refused when its signature is one of the OSS protocol", async () => {
    const signed = await signHeaders(
      { method: "GET", resource: "/deliveries/stats", query: [], headers: [] },
      { credentials: modelCredentials, version: "V4", region, now: new Date(pipeline.clock.ms) },
    );
    const headers = Object.fromEntries(signed);
    const answer = await fetch(`${listener.url}/deliveries/stats`, { headers });
    expect(answer.status).toBe(403);
  });
});

test.each(["//", "//x/deliveries", "/x/../deliveries", "/deliveries/./stats"])(
  "the path %s is refused, because it is not in its normal form",
  async (path) => {
    const { hostname, port } = new URL(listener.url);
    const status = await new Promise((resolve, reject) => {
      get({ hostname, port, path })
        .on("response", (response) => resolve(response.resume().statusCode))
        .on("error", reject);
    });
    expect(status).toBe(400);
  },
);

describe("a signature that does not cover enough is refused:", () => {
  const path = "/deliveries/stats";
  const request = { method: "GET", resource: adminResource(path), query: [], headers: [] };
  const options = { credentials: modelCredentials, region, version: "V1" } as const;

  test("V1, which leaves the query out", async () => {
    const now = new Date(pipeline.clock.ms);
    const headers = Object.fromEntries(await signHeaders(request, { ...options, now }));
    const answer = await fetch(listener.url + path, { headers });
    expect([answer.status, await answer.text()]).toEqual([403, expect.stringContaining("only V4")]);
  });

  test("one in the URL, which may be valid for years", async () => {
    const now = new Date(pipeline.clock.ms);
    for (const version of ["V1", "V4"] as const) {
      const signed = await signQuery(request, { ...options, version, now, expiresSeconds: 60 });
      const query = new URLSearchParams(signed.map(({ name, value }) => [name, value]));
      expect((await fetch(`${listener.url}${path}?${query.toString()}`)).status).toBe(403);
    }
  });
});

test("a request to the store with more lines than Node keeps is refused", async () => {
  const { hostname, port } = new URL(listener.url);
  const socket = connect(Number(port), hostname);
  const lines = "a: b\r\n".repeat(1_500);
  const authorization = "Authorization: OSS4-HMAC-SHA256 x";
  socket.write(`GET /store/b/k HTTP/1.1\r\nHost: x\r\n${authorization}\r\n${lines}\r\n`);
  const [first] = (await once(socket, "data")) as [Buffer];
  expect(first.toString()).toMatch(/^HTTP\/1\.1 400 /);
  socket.destroy();
});

describe("a temporary key", () => {
  test("may ask when it has no policy", async () => {
    expect(await ask("/deliveries", { credentials: temporaryKey() })).toEqual({
      status: 200,
      value: { deliveries: [] },
    });
  });

  test("may not ask when it has a policy", async () => {
    const policy = JSON.stringify({
      Version: "1",
      Statement: [{ Effect: "Allow", Action: "oss:*", Resource: "*" }],
    });
    expect(await ask("/deliveries", { credentials: temporaryKey(policy) })).toMatchObject({
      status: 403,
      value: { code: "AccessDenied" },
    });
  });

  test("may not ask any more when it has expired", async () => {
    const credentials = temporaryKey();
    pipeline.clock.ms += 900_001;
    const { status, value } = await ask("/deliveries", { credentials });
    expect([status, value]).toMatchObject([403, { code: "SecurityTokenExpired" }]);
  });
});

describe("a session of the console", () => {
  const open = (credentials?: Credentials): ReturnType<typeof ask> =>
    ask("/session", { method: "POST", ...(credentials && { credentials }) });

  test("is a temporary key that ends", async () => {
    const { status, value } = await open();
    expect(status).toBe(201);
    const session = value as Credentials & { readonly endsMs: number };
    expect(session.endsMs).toBe(pipeline.clock.ms + 43_200_000);
    expect((await ask("/deliveries", { credentials: session })).status).toBe(200);
    pipeline.clock.ms = session.endsMs;
    expect((await ask("/deliveries", { credentials: session })).value).toMatchObject({
      code: "SecurityTokenExpired",
    });
  });

  test("cannot be renewed by itself", async () => {
    const { value } = await open();
    expect(await open(value as Credentials)).toMatchObject({ status: 403 });
    expect(await open(temporaryKey())).toMatchObject({
      status: 403,
      value: { error: "A temporary key opens no session." },
    });
  });
});

describe("access keys", () => {
  test("are added, listed without their secrets, and revoked", async () => {
    const added = await ask("/keys?note=for%20CI", { method: "POST" });
    expect(added.status).toBe(201);
    const key = added.value as Credentials;
    expect((await ask("/deliveries", { credentials: key })).status).toBe(200);
    const { accessKeyId } = key;
    expect((await ask("/keys")).value).toEqual({
      keys: [{ accessKeyId, createdMs: pipeline.clock.ms, note: "for CI" }],
    });
    const revoke = (): ReturnType<typeof ask> =>
      ask(`/keys/${accessKeyId}/revoke`, { method: "POST" });
    expect(await revoke()).toEqual({ status: 200, value: { accessKeyId } });
    expect((await ask("/deliveries", { credentials: key })).status).toBe(403);
    expect((await revoke()).status).toBe(404);
  });

  test("are not made, and not revoked, by temporary keys", async () => {
    const { value } = await ask("/session", { method: "POST" });
    for (const credentials of [value as Credentials, temporaryKey()]) {
      for (const path of ["/keys", "/keys/temporary", "/keys/x/revoke"]) {
        expect(await ask(path, { method: "POST", credentials })).toMatchObject({
          status: 403,
          value: { code: "AccessDenied" },
        });
      }
      expect((await ask("/keys", { credentials })).status).toBe(200);
    }
  });

  test("are temporary too, within AssumeRole's limits, and narrowed by a policy", async () => {
    const temporary = (query: string): ReturnType<typeof ask> =>
      ask(`/keys/temporary?${query}`, { method: "POST" });
    const { status, value } = await temporary("seconds=900");
    expect([status, (value as { endsMs: number }).endsMs]).toEqual([
      201,
      pipeline.clock.ms + 900_000,
    ]);
    expect((await ask("/deliveries", { credentials: value as Credentials })).status).toBe(200);
    for (const wrong of ["seconds=899", "seconds=43201", "seconds=x", "policy=%7B"]) {
      expect((await temporary(wrong)).status).toBe(400);
    }
    const statement = { Effect: "Allow", Action: "oss:GetObject", Resource: "*" };
    const policy = JSON.stringify({ Version: "1", Statement: [statement] });
    const narrowed = await temporary(`policy=${encodeURIComponent(policy)}`);
    const refused = await ask("/deliveries", { credentials: narrowed.value as Credentials });
    expect([narrowed.status, refused.status]).toEqual([201, 403]);
  });

  test("with a note that is too long are refused", async () => {
    expect((await ask(`/keys?note=${"n".repeat(201)}`, { method: "POST" })).status).toBe(400);
    expect((await ask("/keys/x/y", { method: "POST" })).status).toBe(404);
  });
});

test("a callback is tried out over HTTP, and a refused one is explained", async () => {
  const attempt = (callback: object): ReturnType<typeof ask> =>
    ask(`/callbacks/try?callback=${encodeURIComponent(encodeParameter(callback))}`, {
      method: "POST",
    });
  const callbackUrl = "http://127.0.0.1:1/";
  expect(await attempt({ callbackUrl, callbackBody: "o=${object}" })).toMatchObject({
    status: 200,
    value: { outcome: "failed", body: "o=exampledir%2Fexample%20object.jpg" },
  });
  expect(await attempt({ callbackUrl, callbackBody: "$x" })).toMatchObject({
    status: 400,
    value: { code: "InvalidArgument" },
  });
  expect((await attempt({ callbackBody: "b" })).status).toBe(400);
  expect((await ask("/callbacks/try", { method: "POST" })).status).toBe(400);
});

test("history is asked for by minutes, and a path says which methods it has", async () => {
  expect(await ask("/history?minutes=5")).toEqual({ status: 200, value: { points: [] } });
  for (const minutes of ["0", "1441", "x"]) {
    expect((await ask(`/history?minutes=${minutes}`)).status).toBe(400);
  }
  expect((await ask("/history", { method: "POST" })).status).toBe(405);
  expect((await ask("/nothing")).status).toBe(404);
  expect(await ask("/deliveries/stats?since=1h&steps=0")).toMatchObject({ status: 400 });
  expect(await ask("/deliveries/stats?steps=4")).toMatchObject({
    status: 400,
    value: { error: "steps needs since: the begin of the first part" },
  });
});

describe("the console's files", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "ossicle-console-"));
    await writeFile(join(folder, "index.html"), '<html data-store="{{store}}">{{region}}');
    await writeFile(join(folder, "main.js"), "1");
    await writeFile(join(folder, "chunk-ABCDEF12.js"), "2");
    await writeFile(join(folder, "main.js.map"), "{}");
    await listener.close();
    const facts = { region, storeUrl: 'http://a/"<b>$&' };
    await start({ consoleFiles: await readConsole(folder, facts) });
  });
  afterEach(() => rm(folder, { recursive: true }));

  const ask = async (path: string): Promise<string> => {
    const answer = await fetch(listener.url + path, { redirect: "manual" });
    return `${answer.status} ${await answer.text()}`;
  };

  test("are one page for all addresses, and what it loads", async () => {
    const page = '200 <html data-store="http://a/&quot;&lt;b>$&amp;">cn-hangzhou';
    for (const path of ["/console", "/console/", "/console/deliveries/0?a=b", "/console/none.js"]) {
      expect(await ask(path)).toBe(page);
    }
    expect(await ask("/console/main.js")).toBe("200 1");
    const { headers } = await fetch(`${listener.url}/console/main.js`);
    expect(headers.get("content-type")).toBe("text/javascript; charset=utf-8");
    expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
  });

  test("are compressed for browsers, and kept by them where the name holds a hash", async () => {
    const { headers, text } = await raw("/console/chunk-ABCDEF12.js", {
      "accept-encoding": "gzip",
    });
    expect(headers["content-encoding"]).toBe("gzip");
    expect(headers["cache-control"]).toContain("immutable");
    expect(text).not.toBe("2");
    const plain = await raw("/console/main.js", {});
    expect([plain.text, plain.headers["content-encoding"]]).toEqual(["1", undefined]);
    expect(plain.headers["cache-control"]).toBe("no-cache");
  });

  // `fetch` decompresses by itself.
  const raw = (
    path: string,
    headers: Record<string, string>,
  ): Promise<{ headers: IncomingHttpHeaders; text: string }> =>
    new Promise((resolve, reject) => {
      get(listener.url + path, { headers }, (response) => {
        let text = "";
        response.setEncoding("latin1").on("data", (part: string) => (text += part));
        response.on("end", () => resolve({ headers: response.headers, text }));
      }).on("error", reject);
    });

  test("are nothing else in the folder, or outside of it", async () => {
    expect(await ask("/console/main.js.map")).toContain("<html");
    expect(await ask("/console/..%2f..%2fetc%2fpasswd")).toContain("<html");
    expect(await ask("/consoles")).toContain("403");
    expect(await ask("/")).toContain("302");
  });
});

describe("a replay of many deliveries", () => {
  beforeEach(async () => {
    await pipeline.ask({ method: "PUT", path: "/bucket" });
    const callback = encodeParameter({ callbackUrl: "http://127.0.0.1:1/", callbackBody: "b" });
    for (const key of ["a/1", "a/2", "a/3", "b/1"]) {
      const headers = { "x-oss-callback": callback };
      await pipeline.ask({ method: "PUT", path: `/bucket/${key}`, body: "x", headers });
    }
    await pipeline.services.callbacks.recorded();
  });

  const replay = (query: string): ReturnType<typeof ask> =>
    ask(`/deliveries/replay?${query}`, { method: "POST" });

  test("makes those that a filter finds due again, page by page", async () => {
    const first = await replay("prefix=a/&limit=2");
    expect(first).toMatchObject({ status: 202, value: { outcomes: { replayed: 2 } } });
    const { next } = first.value as { next: string };
    const rest = await replay(`prefix=a/&limit=2&after=${next}`);
    expect(rest).toEqual({ status: 202, value: { outcomes: { replayed: 1 } } });
    expect(await replay("prefix=a/")).toEqual({ status: 202, value: { outcomes: {} } });
    const { value } = await ask("/deliveries?state=failed");
    expect(value).toMatchObject({ deliveries: [{ key: "b/1" }] });
  });

  test("each of which is shown as it is sent, with its signature", async () => {
    const { value } = await ask("/deliveries?prefix=a/1");
    const { id } = (value as { deliveries: { id: string }[] }).deliveries[0] ?? { id: "" };
    const shown = await ask(`/deliveries/${id}/request`);
    expect(shown).toMatchObject({ status: 200, value: { url: "http://127.0.0.1:1/", body: "b" } });
    const { headers } = shown.value as { headers: string[] };
    expect(headers).toContain("x-oss-pub-key-url");
    expect((await ask(`/deliveries/${"0".repeat(24)}/request`)).status).toBe(404);
  });

  test.each([
    ["limit=10", "needs a filter"],
    ["state=delivered", "state is one of failed, dead"],
    ["since=soon", "since and until are"],
    ["prefix=", "needs a filter"],
    ["buckett=x&since=1h", "buckett is unknown"],
    ["state=failed&state=dead", "given twice"],
  ])("is refused: %s", async (query, words) => {
    const { status, value } = await replay(query);
    expect([status, JSON.stringify(value)]).toEqual([400, expect.stringContaining(words)]);
  });
});
