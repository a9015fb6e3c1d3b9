// Whether callbacks to an endpoint that hangs slow down uploads that have nothing to do with it: pairs of runs, without and with a thousand
// deliveries under way to an application that never answers. The pace is fixed, so that time is what is measured and not throughput.
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Client, createClient } from "@ossicle/client";
import { bucket, credentials } from "./load.ts";
import { start } from "./process.ts";
import { startOssicle } from "./small.ts";

/** How much to measure. */
export interface HungPlan {
  readonly pairs: number;
  /** Deliveries that hang; an endpoint may hold half of 2,000. */
  readonly hung: number;
  readonly perSecond: number;
  /** Less than the five seconds after which a callback gives up. */
  readonly seconds: number;
}

/** Times of uploads with a callback to another application, in milliseconds. */
export interface HungPair {
  readonly without: { readonly p50Ms: number; readonly p99Ms: number };
  readonly beside: { readonly p50Ms: number; readonly p99Ms: number };
  readonly hanging: number;
}

/** Measures the pairs, one after the other. */
export async function measureHung(plan: HungPlan): Promise<readonly HungPair[]> {
  const folder = await mkdtemp(join(tmpdir(), "ossicle-bench-"));
  const application = await start(["bench/targets/application.mjs"]);
  const waiting = new Set<ServerResponse>();
  const silent = createServer((request, response) => {
    request.resume().on("end", () => waiting.add(response));
  });
  await new Promise<void>((resolve) => {
    silent.listen(0, "127.0.0.1", resolve);
  });
  const silentUrl = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/`;
  // Without circuits, which would end the hanging after ten callbacks.
  const store = await startOssicle(join(folder, "store"), [
    "--workers",
    "1",
    "--circuit-timeouts",
    "0",
  ]);
  const client = createClient({
    endpoint: store.url,
    region: "cn-hangzhou",
    credentials,
    attempts: 1,
  });
  const pairs: HungPair[] = [];
  try {
    await paced(client, application.url, plan); // warms up
    for (let pair = 0; pair < plan.pairs; pair += 1) {
      const without = await paced(client, application.url, plan);
      const hanging = hang(client, silentUrl, plan.hung);
      while (waiting.size < plan.hung) await pause(20);
      const beside = await paced(client, application.url, plan);
      const count = waiting.size;
      for (const response of waiting) {
        response.writeHead(200, { "content-length": 2 }).end("{}");
        waiting.delete(response);
      }
      await hanging;
      pairs.push({ without, beside, hanging: count });
    }
  } finally {
    silent.close();
    silent.closeAllConnections();
    await store.stop();
    await application.stop();
    await rm(folder, { recursive: true, force: true });
  }
  return pairs;
}

async function hang(client: Client, url: string, count: number): Promise<void> {
  const callback = { url, body: "o" };
  const uploads = Array.from({ length: count }, (_, index) =>
    client.putObject({ bucket, key: `hung/${index}`, body: "x", callback }).catch(() => undefined),
  );
  await Promise.all(uploads);
}

async function paced(
  client: Client,
  url: string,
  { perSecond, seconds }: HungPlan,
): Promise<HungPair["without"]> {
  const callback = { url, body: "object=${object}" };
  const times: number[] = [];
  const underWay: Promise<void>[] = [];
  const count = perSecond * seconds;
  const beganMs = performance.now();
  for (let index = 0; index < count; index += 1) {
    await pause(beganMs + (index * 1_000) / perSecond - performance.now());
    const startedMs = performance.now();
    const upload = client.putObject({
      bucket,
      key: `paced/${index}`,
      body: "x".repeat(4_096),
      callback,
    });
    underWay.push(upload.then(() => void times.push(performance.now() - startedMs)));
  }
  await Promise.all(underWay);
  times.sort((left, right) => left - right);
  const at = (share: number): number => times[Math.floor(times.length * share)] ?? Number.NaN;
  return { p50Ms: at(0.5), p99Ms: at(0.99) };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, Math.max(0, ms));
  });
}
