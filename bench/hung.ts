// Measures whether callbacks to an endpoint that hangs slow down unrelated uploads. Runs come in
// pairs: without and with a thousand deliveries under way to an application that never answers. The
// rate is fixed, so latency is measured, not throughput. A run consists of windows, each shorter
// than the timeout of a callback. In a single window, one garbage collection would be the p99.
import { join } from "node:path";
import { type Client, createClient } from "@ossicle/client";
import { bucket, credentials } from "./load.ts";
import { collectGarbage, inFolder, median, start } from "./process.ts";
import type { Report } from "./report.ts";
import { startOssicle } from "./stores.ts";

const pairCount = 10;

/** Deliveries that hang. One endpoint may hold half of the 2,000 callbacks under way. */
const hung = 1_000;

/** How many of them must still hang when a window ends. */
const leastHanging = 0.95;

/** Windows of a run. */
const windows = 4;

/** Length of a window: less than the five seconds after which a callback times out. */
const seconds = 3;

const perSecond = 100;

/** Times of uploads with a callback to another application, in milliseconds. */
export interface HungTimes {
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** A run without deliveries that hang, and one beside them. */
export interface HungPair {
  readonly without: HungTimes;
  readonly beside: HungTimes;
  /** Smallest number of hanging deliveries at the end of a window. */
  readonly hanging: number;
}

/** Measures the pairs, one after the other. */
export async function benchHung(report: Report): Promise<readonly HungPair[]> {
  const pairs = await inFolder(measure);
  report.table(
    [
      `uploads with callback, ${perSecond} a second`,
      "p50 ms",
      "p99 ms",
      `beside ${hung} that hang, p50 ms`,
      "p99 ms",
      "hanging at the end, at least",
    ],
    pairs.map(({ without, beside, hanging }, at) => [
      `pair ${at + 1}`,
      ...[without.p50Ms, without.p99Ms, beside.p50Ms, beside.p99Ms].map((ms) => ms.toFixed(1)),
      hanging,
    ]),
  );
  const spread = (which: "without" | "beside"): string => {
    const p99s = pairs.map((pair) => pair[which].p99Ms);
    const [low, high] = [Math.min(...p99s), Math.max(...p99s)];
    return `${low.toFixed(1)}–${high.toFixed(1)} ms, median ${median(p99s).toFixed(1)}`;
  };
  report.say(`- p99 without: ${spread("without")}; beside: ${spread("beside")}`);
  const slower = pairs.filter(({ without, beside }) => beside.p99Ms > without.p99Ms).length;
  report.say(`- p99 is greater beside those that hang in ${slower} of ${pairs.length} pairs`);
  return pairs;
}

async function measure(folder: string): Promise<readonly HungPair[]> {
  const application = await start(["bench/targets/application.mjs"]);
  // Turn circuits off: after ten hanging callbacks, they would stop further ones.
  const args = ["--workers", "1", "--circuit-timeouts", "0"];
  const store = await startOssicle(join(folder, "store"), args);
  const silent = await start(["--import", "tsx", "bench/targets/hung.ts"], {
    HUNG_STORE: store.url,
  });
  const ask = async (target: string): Promise<number> =>
    Number(await (await fetch(silent.url + target)).text());
  const client = createClient({
    endpoint: store.url,
    region: "cn-hangzhou",
    credentials,
    attempts: 1,
  });
  const pairs: HungPair[] = [];
  for (let pair = 0; pair <= pairCount; pair += 1) {
    const without: number[] = [];
    const beside: number[] = [];
    let hanging = hung;
    for (let window = 0; window < windows; window += 1) {
      // The same number of uploads before each window, so that only the hanging differs.
      await ask(`/pass?count=${hung}`);
      without.push(...(await paced(client, application.url)));
      await ask(`/hang?count=${hung}`);
      beside.push(...(await paced(client, application.url)));
      hanging = Math.min(hanging, await ask("/count"));
      if (hanging < hung * leastHanging) throw new Error(`only ${hanging} deliveries hang`);
      await ask("/release");
    }
    if (pair === 0) continue; // warms up
    pairs.push({ without: timesOf(without), beside: timesOf(beside), hanging });
  }
  return pairs;
}

async function paced(client: Client, url: string): Promise<readonly number[]> {
  const callback = { url, body: "object=${object}" };
  const times: number[] = [];
  const failures: unknown[] = [];
  const underWay: Promise<void>[] = [];
  const count = perSecond * seconds;
  collectGarbage(); // a pause of this process would look like one of the store
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
  return times;
}

function timesOf(found: readonly number[]): HungTimes {
  const sorted = [...found].sort((left, right) => left - right);
  const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
  return { p50Ms: at(0.5), p99Ms: at(0.99) };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, Math.max(0, ms));
  });
}
