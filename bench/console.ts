// Measures the console: pages of a ledger of a million deliveries, what a person who watches costs
// the store under load, and frames while a list of a million keys is scrolled in Chromium.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Client, createClient } from "@ossicle/client";
import { signAdminRequest } from "@ossicle/server";
import { type Browser, chromium, type Page } from "playwright-core";
import { fillLedger } from "./ledger-questions.ts";
import { fill } from "./list.ts";
import { bucket, credentials } from "./load.ts";
import { inFolder, median, processorMicros, type Running, start } from "./process.ts";
import type { Report } from "./report.ts";
import { serve, startOssicle, workersOf } from "./stores.ts";

/** Figures of the console. */
interface ConsoleFigures {
  readonly pages: readonly PageTimes[];
  readonly watching: Watching;
  readonly scrolling: Scrolling;
}

const region = "cn-hangzhou";

/** Longest 95th percentile of a page of deliveries, in milliseconds (issue 15). */
const pageGoalMs = 100;

/** Most that watching may add to the store's processor time (issue 15). */
const watchingGoal = 0.02;

/** Measures all three. */
export async function benchConsole(report: Report): Promise<ConsoleFigures> {
  const pages = await inFolder((folder) => measurePages(join(folder, "data"), 1_000_000));
  report.table(
    ["page of a ledger of 1,000,000 deliveries, over HTTP", "p50 ms", "p95 ms"],
    pages.map(({ name, p50Ms, p95Ms }) => [name, p50Ms.toFixed(1), p95Ms.toFixed(1)]),
  );
  const slowest = Math.max(...pages.map(({ p95Ms }) => p95Ms));
  report.ratio("100 ms beside the slowest 95th percentile", pageGoalMs / slowest, 1);
  const watching = await inFolder((folder) => measureWatching(folder, { rounds: 8, seconds: 10 }));
  const [low, high] = watching.spread.map((share) => `${(share * 100).toFixed(1)} %`);
  report.say(
    `- processor time of a store with ${watching.perSecond.toFixed(0)} callbacks a second, when ` +
      `the overview and the live deliveries are open in Chromium: ` +
      `${(watching.added * 100).toFixed(1)} % more (rounds from ${low} to ${high}; goal at most ` +
      `${watchingGoal * 100} %)`,
  );
  const scrolling = await inFolder((folder) => measureScrolling(join(folder, "data"), 1_000_000));
  report.say(
    `- scrolling a bucket of ${scrolling.keys} keys in Chromium, ${scrolling.loaded} of them ` +
      `loaded meanwhile: ${scrolling.framesPerSecond.toFixed(0)} frames a second, ` +
      `${(scrolling.late * 100).toFixed(1)} % of them later than 33 ms, longest ` +
      `${scrolling.longestMs.toFixed(0)} ms`,
  );
  return { pages, watching, scrolling };
}

/** Times of a page. */
interface PageTimes {
  readonly name: string;
  readonly p50Ms: number;
  readonly p95Ms: number;
}

const adminArgs = ["--admin-port", "0", "--workers", "2"];

async function measurePages(data: string, records: number): Promise<readonly PageTimes[]> {
  const first = await serve(data, adminArgs);
  await first.stop();
  const middle = await fillLedger(join(data, "metadata"), { records, nowMs: Date.now() });
  const store = await serve(data, adminArgs);
  const admin = adminOf(store);
  const questions: readonly (readonly [string, string])[] = [
    ["the newest 50", "/deliveries?limit=50"],
    ["50 behind the middle", `/deliveries?limit=50&after=${middle}`],
    ["50 of one bucket of a hundred", "/deliveries?limit=50&bucket=bucket-7"],
    ["50 failed, one of a hundred", "/deliveries?limit=50&state=failed"],
    ["50 failed of the last hour", "/deliveries?limit=50&state=failed&since=1h"],
    ["a key that is not there (10,000 records)", "/deliveries?limit=50&prefix=none"],
    ["one delivery", `/deliveries/${middle}`],
  ];
  const found: PageTimes[] = [];
  for (const [name, path] of questions) {
    const times: number[] = [];
    for (let round = -10; round < 100; round += 1) {
      const startedMs = performance.now();
      await ask(admin, path);
      if (round >= 0) times.push(performance.now() - startedMs);
    }
    times.sort((left, right) => left - right);
    found.push({ name, p50Ms: median(times), p95Ms: times[94] ?? Number.NaN });
  }
  return found;
}

async function ask(admin: string, path: string): Promise<void> {
  const url = new URL(path, admin);
  const signing = { credentials, region, now: new Date() };
  const headers = await signAdminRequest({ method: "GET", url, ...signing });
  const answer = await fetch(url, { headers });
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${text}`);
}

function adminOf(store: Running): string {
  const found = /deliveries at (\S+)/.exec(store.printed())?.[1];
  if (found === undefined) throw new Error("the store names no admin listener");
  return found;
}

/** What watching costs. */
interface Watching {
  readonly perSecond: number;
  /** Processor time of a round with a watcher, beside that of the round before, less one. */
  readonly added: number;
  readonly spread: readonly [number, number];
}

/** Callbacks a second of the load (issue 15). */
const callbacksPerSecond = 500;

async function measureWatching(
  folder: string,
  { rounds, seconds }: { readonly rounds: number; readonly seconds: number },
): Promise<Watching> {
  const application = await start(["bench/targets/application.mjs"]);
  const store = await startOssicle(join(folder, "data"), adminArgs);
  const client = createClient({ endpoint: store.url, region, credentials });
  return inBrowser(async (browser) => {
    const pages = await Promise.all([signedIn(browser, store), signedIn(browser, store)]);
    const watch = async (addresses: readonly [string, string]): Promise<void> => {
      await Promise.all(pages.map((page, at) => page.goto(addresses[at] ?? "about:blank")));
    };
    const admin = `${adminOf(store)}/console`;
    const load = (forMs: number): Promise<number> => uploadAtRate(client, application.url, forMs);
    await load(3_000);
    const shares: number[] = [];
    const rates: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const costs: number[] = [];
      // The order changes, so that a machine that slows down favours neither.
      for (const isWatched of round % 2 === 0 ? [false, true] : [true, false]) {
        await watch(isWatched ? [admin, `${admin}/deliveries`] : ["about:blank", "about:blank"]);
        await load(1_000);
        const before = await processorTime(store);
        const uploads = await load(seconds * 1_000);
        const cost = ((await processorTime(store)) - before) / uploads;
        costs[isWatched ? 1 : 0] = cost;
        rates.push(uploads / seconds);
      }
      const [alone = Number.NaN, watched = Number.NaN] = costs;
      shares.push(watched / alone - 1);
    }
    const spread = [Math.min(...shares), Math.max(...shares)] as const;
    return { perSecond: median(rates), added: median(shares), spread };
  });
}

// Uploads with callbacks at a fixed rate. Returns how many there were.
async function uploadAtRate(client: Client, callbackUrl: string, forMs: number): Promise<number> {
  const underWay: Promise<unknown>[] = [];
  const startedMs = performance.now();
  for (;;) {
    const elapsedMs = performance.now() - startedMs;
    if (elapsedMs >= forMs) break;
    const wanted = Math.floor((elapsedMs * callbacksPerSecond) / 1_000);
    while (underWay.length < wanted) {
      const key = `watched/${Math.random().toString(36).slice(2)}`;
      const callback = { url: callbackUrl, body: "o=${object}" };
      underWay.push(client.putObject({ bucket, key, body: "x".repeat(1_024), callback }));
    }
    await new Promise((resolve) => {
      setTimeout(resolve, 2);
    });
  }
  await Promise.all(underWay);
  return underWay.length;
}

async function processorTime(store: Running): Promise<number> {
  const all = [store.pid, ...workersOf(store)];
  const times = await Promise.all(
    all.map(async (pid) => processorMicros(await readFile(`/proc/${pid}/stat`, "utf8"))),
  );
  return times.reduce((sum, time) => sum + time, 0);
}

/** How smoothly a long list scrolls. */
interface Scrolling {
  readonly keys: number;
  readonly loaded: number;
  readonly framesPerSecond: number;
  /** Part of the frames that came more than 33 ms after the one before: two of a 60 Hz display. */
  readonly late: number;
  readonly longestMs: number;
}

async function measureScrolling(data: string, keys: number): Promise<Scrolling> {
  const first = await startOssicle(data, adminArgs);
  const client = createClient({ endpoint: first.url, region, credentials });
  await client.putObject({ bucket, key: "sample", body: "x".repeat(100) });
  await first.stop();
  await fill(data, keys);
  const store = await startOssicle(data, adminArgs);
  return inBrowser(async (browser) => {
    const page = await signedIn(browser, store);
    await page.goto(`${adminOf(store)}/console/buckets/${bucket}?prefix=k/`);
    await page.locator(".virtual-row").first().waitFor();
    const frames = await page.evaluate(scrollFor, 20_000);
    const sorted = [...frames].sort((left, right) => left - right);
    const total = frames.reduce((sum, ms) => sum + ms, 0);
    const loaded = await page.locator(".virtual-row").first().getAttribute("aria-setsize");
    return {
      keys,
      loaded: Number(loaded),
      framesPerSecond: (frames.length * 1_000) / total,
      late: frames.filter((ms) => ms > 33.4).length / frames.length,
      longestMs: sorted.at(-1) ?? Number.NaN,
    };
  });
}

// Runs in the page: scrolls by 400 pixels a frame, and returns the times between frames.
async function scrollFor(forMs: number): Promise<number[]> {
  const list = document.querySelector(".virtual");
  const times: number[] = [];
  const startedMs = performance.now();
  let beforeMs = startedMs;
  while (beforeMs - startedMs < forMs) {
    const atMs = await new Promise<number>((resolve) => {
      requestAnimationFrame(resolve);
    });
    times.push(atMs - beforeMs);
    beforeMs = atMs;
    list?.scrollBy(0, 400);
  }
  return times.slice(1);
}

async function inBrowser<T>(work: (browser: Browser) => Promise<T>): Promise<T> {
  const executablePath = "/usr/bin/chromium";
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  try {
    return await work(browser);
  } finally {
    await browser.close();
  }
}

async function signedIn(browser: Browser, store: Running): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(`${adminOf(store)}/console/keys`);
  await page.getByLabel("Access key ID").fill(credentials.accessKeyId);
  await page.getByLabel("Access key secret").fill(credentials.accessKeySecret);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("button", { name: "Sign out" }).waitFor();
  return page;
}
