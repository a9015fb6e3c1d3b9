// Compares PUT and GET of small objects with a bare server, the adapter alone, and s3rver. The
// targets are interleaved over several rounds.
import { join } from "node:path";
import { type Load, type LoadResult, run } from "./load.ts";
import { inFolder, median, output, type Running, start } from "./process.ts";
import { perSecondOf, type Report } from "./report.ts";
import { startOssicle } from "./stores.ts";

interface SmallPlan {
  readonly sizes: readonly number[];
  readonly rounds: number;
  readonly seconds: number;
  readonly workers: readonly number[];
}

/** The medians of one target, and the spread of its rate. */
export interface Figure {
  readonly name: string;
  readonly perSecond: number;
  readonly spread: readonly [number, number];
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const requests = 20_000;

/** Measures bodies of three sizes with one worker and with two. */
export async function benchSmall(report: Report): Promise<readonly Figure[]> {
  const plan = { sizes: [1_024, 4_096, 16_384], rounds: 3, seconds: 3, workers: [1, 2] };
  const figures: Figure[] = [];
  for (const size of plan.sizes) {
    for (const method of ["PUT", "GET"] as const) {
      figures.push(...(await inFolder((folder) => measure(folder, plan, { size, method }))));
    }
  }
  report.figures(figures);
  for (const size of plan.sizes.map((bytes) => bytes / 1_024)) {
    const put = (name: string): number => perSecondOf(figures, `PUT ${size} KiB: ${name}`);
    const get = (name: string): number => perSecondOf(figures, `GET ${size} KiB: ${name}`);
    const slower = Math.min(put("bare node:http"), put("LMDB adapter alone"));
    for (const workers of plan.workers) {
      const own = `ossicle, ${workers} worker(s)`;
      const title = `${size} KiB, ${workers} worker(s),`;
      report.ratio(`PUT ${title} beside the slower of bare and adapter`, put(own) / slower, 0.6);
      report.ratio(`PUT ${title} beside bare node:http`, put(own) / put("bare node:http"), 0.2);
      report.ratio(`PUT ${title} beside s3rver`, put(own) / put("s3rver"), 5);
      report.ratio(`GET ${title} beside bare node:http`, get(own) / get("bare node:http"), 0.4);
      report.ratio(`GET ${title} beside s3rver`, get(own) / get("s3rver"), 10);
    }
  }
  return figures;
}

interface Target {
  readonly running: Running;
  readonly signing: Load["signing"];
}

async function measure(
  folder: string,
  plan: SmallPlan,
  { size: sizeBytes, method }: { readonly size: number; readonly method: "PUT" | "GET" },
): Promise<readonly Figure[]> {
  const targets = await startTargets(folder, plan, sizeBytes);
  const results = new Map<string, LoadResult[]>();
  const adapter: number[] = [];
  const common = { sizeBytes, requests, connections: 64 };
  for (const [name, { running, signing }] of targets) {
    // Warms up. Before GETs, it also writes the objects that they read; s3rver, which is slow, gets
    // only as many as needed.
    const few = name === "s3rver" ? 2_000 : requests;
    const seconds = method === "GET" ? 12 : 2; // enough for 10,000 keys at 1,000 a second
    await run({ ...common, url: running.url, method: "PUT", requests: few, signing, seconds });
  }
  for (let round = 0; round < plan.rounds; round += 1) {
    for (const [name, { running, signing }] of targets) {
      const few = name === "s3rver" ? 1_000 : method === "GET" ? 10_000 : requests;
      const { seconds } = plan;
      const load = { ...common, url: running.url, method, requests: few, signing, seconds };
      results.set(name, [...(results.get(name) ?? []), await run(load)]);
    }
    if (method === "PUT") adapter.push(adapterAlone(sizeBytes, plan.seconds));
  }
  const title = `${method} ${sizeBytes / 1_024} KiB`;
  const figures = [...results].map(([name, found]) => figureOf(`${title}: ${name}`, found));
  if (adapter.length === 0) return figures;
  const sorted = [...adapter].sort((left, right) => left - right);
  const own: Figure = {
    name: `${title}: LMDB adapter alone`,
    perSecond: median(adapter),
    spread: [sorted[0] ?? 0, sorted.at(-1) ?? 0],
    p50Ms: Number.NaN,
    p99Ms: Number.NaN,
  };
  return [...figures, own];
}

async function startTargets(
  folder: string,
  plan: SmallPlan,
  sizeBytes: number,
): Promise<ReadonlyMap<string, Target>> {
  const targets = new Map<string, Target>();
  for (const workers of plan.workers) {
    const running = await startOssicle(join(folder, `w${workers}`), ["--workers", String(workers)]);
    targets.set(`ossicle, ${workers} worker(s)`, { running, signing: "V4" });
  }
  const bare = { BARE_SIZE: String(sizeBytes) };
  const s3rver = { S3RVER_DIRECTORY: join(folder, "s3rver") };
  return targets
    .set("bare node:http", {
      running: await start(["bench/targets/bare.mjs"], bare),
      signing: "none",
    })
    .set("s3rver", { running: await start(["bench/targets/s3rver.mjs"], s3rver), signing: "AWS" });
}

/** Commits a second of the LMDB adapter without a server. */
function adapterAlone(sizeBytes: number, seconds: number): number {
  const args = ["bench/targets/lmdb.mjs", String(sizeBytes), String(seconds)];
  return Number(output(process.execPath, args));
}

/** The medians of some results. */
export function figureOf(name: string, found: readonly LoadResult[]): Figure {
  const rates = found.map(({ perSecond }) => perSecond).sort((left, right) => left - right);
  return {
    name,
    perSecond: median(rates),
    spread: [rates[0] ?? 0, rates.at(-1) ?? 0],
    p50Ms: median(found.map(({ p50Ms }) => p50Ms)),
    p99Ms: median(found.map(({ p99Ms }) => p99Ms)),
  };
}
