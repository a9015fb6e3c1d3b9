// This build beside an earlier commit's, in one run: small PUTs and GETs, listings, and PUTs with
// callback.
import { join } from "node:path";
import { type Load, type LoadResult, run } from "./load.ts";
import { inFolder, median, type Running, start } from "./process.ts";
import type { Report } from "./report.ts";
import { figureOf } from "./small.ts";
import { buildsToCompare, processorMicros, startOssicle, workerOf } from "./stores.ts";

/** Many short rounds: other load on the machine disturbs some of them, but hardly the median. */
const rounds = 21;
const seconds = 2;

/** The lowest ratio to the earlier commit's speed that meets the goal. Rounds differ by as much. */
const goal = 0.95;

/** A kind of request. */
interface Work {
  readonly method: "PUT" | "GET";
  readonly calls: boolean;
  readonly query?: string;
}

const works: Readonly<Record<string, Work>> = {
  "PUT 4 KiB": { method: "PUT", calls: false },
  "GET 4 KiB": { method: "GET", calls: false },
  "list 1,000 keys": { method: "GET", calls: false, query: "max-keys=1000" },
  "PUT 4 KiB with callback": { method: "PUT", calls: true },
};

/** A load, and the processor time that its worker used for each request. */
interface Round extends LoadResult {
  readonly processorMicros: number;
}

/** Runs each work on both builds in turn; every second round begins with the other build. */
export async function benchEarlier(report: Report): Promise<unknown> {
  const [own = "", earlier = ""] = Object.keys(buildsToCompare());
  const found = await inFolder(measure);
  report.figures([...found].map(([name, results]) => figureOf(name, results)));
  report.table(
    ["processor time of the worker", "µs a request, median", "spread"],
    [...found].map(([name, results]) => {
      const micros = results.map((one) => Math.round(one.processorMicros));
      return [name, median(micros), `${Math.min(...micros)}–${Math.max(...micros)}`];
    }),
  );
  for (const work of Object.keys(works)) {
    const [now = [], then = []] = [found.get(`${work}: ${own}`), found.get(`${work}: ${earlier}`)];
    // The two loads of a round ran one after the other, so each round has a ratio of its own.
    const ratiosOf = (figure: (one: Round | undefined) => number): readonly number[] =>
      now.map((one, round) => figure(one) / figure(then[round]));
    tell(
      report,
      `${work}, requests a second`,
      ratiosOf((one) => one?.perSecond ?? NaN),
    );
    const perMicro = ratiosOf((one) => 1 / (one?.processorMicros ?? NaN));
    tell(report, `${work}, requests for the same processor time`, perMicro);
  }
  return Object.fromEntries(found);
}

function tell(report: Report, what: string, ratios: readonly number[]): void {
  const sorted = [...ratios].sort((left, right) => left - right);
  const quartile = (part: number): string =>
    (sorted[Math.floor(sorted.length * part)] ?? NaN).toFixed(2);
  const spread = `half of the rounds from ${quartile(0.25)} to ${quartile(0.75)}`;
  report.ratio(`${what}, beside the earlier commit (${spread})`, median(ratios), goal);
}

async function measure(folder: string): Promise<ReadonlyMap<string, readonly Round[]>> {
  const application = await start(["bench/targets/application.mjs"]);
  const stores: (readonly [string, Running])[] = [];
  for (const [name, build] of Object.entries(buildsToCompare())) {
    const args = ["--workers", "1"];
    stores.push([name, await startOssicle(join(folder, String(stores.length)), args, { build })]);
  }
  const found = new Map<string, Round[]>();
  for (let round = 0; round <= rounds; round += 1) {
    for (const [work, { method, calls, query }] of Object.entries(works)) {
      for (const [name, store] of round % 2 === 0 ? stores : stores.toReversed()) {
        const result = await runOn(store, {
          url: store.url,
          method,
          sizeBytes: 4_096,
          requests: 10_000,
          signing: "V4",
          seconds: round === 0 ? 4 * seconds : seconds,
          connections: 64,
          ...(calls ? { callbackUrl: application.url } : {}),
          ...(query === undefined ? {} : { query }),
        });
        if (round === 0) continue; // warms up
        found.set(`${work}: ${name}`, [...(found.get(`${work}: ${name}`) ?? []), result]);
      }
    }
  }
  return found;
}

async function runOn(store: Running, load: Load): Promise<Round> {
  const worker = workerOf(store);
  const before = processorMicros(worker);
  const result = await run(load);
  return { ...result, processorMicros: (processorMicros(worker) - before) / result.requests };
}
