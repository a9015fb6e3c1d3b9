// Nodes behind HAProxy are restarted one after another under load, and no request fails.
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import type { Client } from "@ossicle/client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freePort } from "../../../scripts/free-port.ts";
import { type Application, startApplication } from "../application.ts";
import type { Served } from "../serve.ts";
import { type Cluster, startCluster } from "./start-cluster.ts";
import { clientOf } from "./start-nodes.ts";
import { type Proxy, startProxy } from "./start-proxy.ts";

const bucket = "rolling";

let cluster: Cluster;
let application: Application;
let proxy: Proxy;
let client: Client;
let ports: readonly number[];
const nodes: Served[] = [];

beforeAll(async () => {
  cluster = await startCluster();
  application = await startApplication();
  await cluster.migrate();
  ports = await Promise.all([0, 1, 2].map(() => freePort()));
  for (const place of [0, 1, 2]) nodes.push(await serveNode(place));
  proxy = await startProxy(ports);
  // A retry by the client would hide a failed request.
  client = clientOf(proxy, { attempts: 1 });
  await client.putBucket({ bucket });
});
afterAll(async () => {
  await proxy.stop();
  await cluster.stop();
  await application.close();
});

function serveNode(place: number): Promise<Served> {
  return cluster.serve({ args: ["--port", String(ports[place]), "--drain", "3"] });
}

test("a rolling restart fails no request", async () => {
  const failures: string[] = [];
  let requests = 0;
  const over = new AbortController();
  const work = [0, 1, 2, 3, 4, 5].map(async (who) => {
    for (let at = 0; !over.signal.aborted; at += 1) {
      const key = `${who}/${at % 20}`;
      const body = Buffer.alloc(at % 5 === 0 ? 200_000 : 1_000, key);
      const callback = { url: application.url, body: "o=${object}" };
      try {
        await client.putObject({ bucket, key, body, callback });
        const found = await (await client.getObject({ bucket, key })).bytes();
        if (!body.equals(found)) failures.push(`${key} was read with another content`);
        requests += 2;
      } catch (cause) {
        failures.push(String(cause));
      }
    }
  });
  for (const place of [0, 1, 2]) {
    await pause(500);
    const stopping = nodes[place];
    stopping?.child.kill("SIGTERM");
    expect(await stopping?.exited).toBe("0");
    nodes[place] = await serveNode(place);
    await pause(2_500); // until HAProxy has found the new node twice
  }
  over.abort();
  await Promise.all(work);
  expect(failures).toEqual([]);
  expect(requests).toBeGreaterThan(200);
}, 120_000);

test("a node that drains says so, and serves", async () => {
  const [node] = nodes;
  node?.child.kill("SIGTERM");
  await expect
    .poll(async () => (await fetch(`${node?.url}/_ossicle/health`)).text())
    .toBe("the server is stopping\n");
  const answer = await fetch(`${node?.url}/_ossicle/callback-keys/jwks.json`);
  expect([answer.status, answer.headers.get("connection")]).toEqual([200, "close"]);
  expect(await node?.exited).toBe("0");
});

test("a signal to every process of a node, and a second one, do not end its drain", async () => {
  const node = await cluster.serve({ args: ["--drain", "3"] });
  const upload = clientOf(node, { attempts: 1 }).putObject({
    bucket,
    key: "slow",
    body: slowBody(20),
  });
  await pause(500);
  for (const signal of ["SIGTERM", "SIGTERM"] as const) {
    for (const pid of processesOf(Number(node.child.pid))) process.kill(pid, signal);
    await pause(300);
  }
  await upload;
  expect(await node.exited).toBe("0");
});

// A body that takes two seconds.
async function* slowBody(pieces: number): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (let piece = 0; piece < pieces; piece += 1) {
    await pause(100);
    yield new Uint8Array(10_000);
  }
}

// A node's first process and its workers.
function processesOf(pid: number): readonly number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
  return [pid, ...children.trim().split(" ").filter(Boolean).map(Number)];
}
