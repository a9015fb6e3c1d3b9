// This build beside an earlier commit's, in one run: small PUTs, GETs, and PUTs with callback.
import { join } from "node:path";
import { type LoadResult, run } from "./load.ts";
import { inFolder, type Running, start } from "./process.ts";
import type { Report } from "./report.ts";
import { type Figure, figureOf } from "./small.ts";
import { buildsToCompare, startOssicle } from "./stores.ts";

const rounds = 5;
const seconds = 4;
const requests = 10_000;
const sizeBytes = 4_096;

/** Share of the earlier commit's speed that counts as no slower: runs spread by as much. */
const goal = 0.95;

const works = {
  "PUT 4 KiB": { method: "PUT", calls: false },
  "GET 4 KiB": { method: "GET", calls: false },
  "PUT 4 KiB with callback": { method: "PUT", calls: true },
} as const;

/** Interleaves the two; each round begins with the other one. */
export async function benchEarlier(report: Report): Promise<readonly Figure[]> {
  const names = Object.keys(buildsToCompare());
  const results = await inFolder(measure);
  const figures = [...results].map(([name, found]) => figureOf(name, found));
  report.figures(figures);
  for (const work of Object.keys(works)) {
    const [own, earlier] = names.map((name) => results.get(`${work}: ${name}`) ?? []);
    // Runs of one round stand side by side, so their ratio is steadier than that of the medians.
    const ratios = (own ?? [])
      .map(({ perSecond }, round) => perSecond / (earlier?.[round]?.perSecond ?? Number.NaN))
      .sort((left, right) => left - right);
    report.ratio(
      `${work}, beside ${names[1]}, median of ${rounds} rounds`,
      ratios[Math.floor(rounds / 2)] ?? Number.NaN,
      goal,
    );
  }
  return figures;
}

async function measure(folder: string): Promise<ReadonlyMap<string, LoadResult[]>> {
  const application = await start(["bench/targets/application.mjs"]);
  const stores: (readonly [string, Running])[] = [];
  for (const [name, build] of Object.entries(buildsToCompare())) {
    const args = ["--workers", "1"];
    stores.push([name, await startOssicle(join(folder, String(stores.length)), args, { build })]);
  }
  const results = new Map<string, LoadResult[]>();
  for (let round = 0; round <= rounds; round += 1) {
    for (const [work, { method, calls }] of Object.entries(works)) {
      for (const [name, { url }] of round % 2 === 0 ? stores : stores.toReversed()) {
        const result = await run({
          url,
          method,
          sizeBytes,
          requests,
          signing: "V4",
          seconds: round === 0 ? 2 * seconds : seconds,
          connections: 64,
          ...(calls ? { callbackUrl: application.url } : {}),
        });
        const title = `${work}: ${name}`;
        if (round > 0) results.set(title, [...(results.get(title) ?? []), result]);
      }
    }
  }
  return results;
}
