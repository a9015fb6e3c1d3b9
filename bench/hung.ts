// Whether callbacks to an endpoint that hangs slow down uploads that have nothing to do with it: pairs of runs, without and with a thousand
// deliveries under way to an application that never answers. The pace is fixed, so that time is what is measured and not throughput.
import { mkdtemp, rm } from "node:fs/promises";
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
  /** How many still hung when the last upload beside them was answered. */
  readonly hanging: number;
}

/** Measures the pairs, one after the other. */
export async function measureHung(plan: HungPlan): Promise<readonly HungPair[]> {
  const folder = await mkdtemp(join(tmpdir(), "ossicle-bench-"));
  const application = await start(["bench/targets/application.mjs"]);
  // Without circuits, which would end the hanging after ten callbacks.
  const args = ["--workers", "1", "--circuit-timeouts", "0"];
  const store = await startOssicle(join(folder, "store"), args);
  const hung = await start(["--import", "tsx", "bench/targets/hung.ts"], { HUNG_STORE: store.url });
  const ask = async (target: string): Promise<number> =>
    Number(await (await fetch(hung.url + target)).text());
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
      // As many uploads before, so that the runs differ in nothing but the hanging.
      await ask(`/pass?count=${plan.hung}`);
      const without = await paced(client, application.url, plan);
      await ask(`/hang?count=${plan.hung}`);
      const beside = await paced(client, application.url, plan);
      const hanging = await ask("/count");
      await ask("/release");
      pairs.push({ without, beside, hanging });
    }
  } finally {
    await hung.stop();
    await store.stop();
    await application.stop();
    await rm(folder, { recursive: true, force: true });
  }
  return pairs;
}

async function paced(
  client: Client,
  url: string,
  { perSecond, seconds }: HungPlan,
): Promise<HungPair["without"]> {
  const callback = { url, body: "object=${object}" };
  const times: number[] = [];
  const failures: unknown[] = [];
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
    const done = upload.then(
      () => times.push(performance.now() - startedMs),
      (cause: unknown) => failures.push(cause),
    );
    underWay.push(done.then(() => undefined));
  }
  await Promise.all(underWay);
  if (failures.length > 0) throw failures[0];
  times.sort((left, right) => left - right);
  const at = (share: number): number => times[Math.floor(times.length * share)] ?? Number.NaN;
  return { p50Ms: at(0.5), p99Ms: at(0.99) };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, Math.max(0, ms));
  });
}
