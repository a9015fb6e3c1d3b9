// This build beside an earlier commit's, and beside another server that speaks S3, in one run.
import {
  type Candidate,
  goalBeside,
  noSlower,
  startCandidates,
  type Usage,
  using,
} from "./candidates.ts";
import { compareLarge } from "./compare-large.ts";
import { type Load, type LoadResult, run } from "./load.ts";
import { inFolder, median, type Running, start } from "./process.ts";
import type { BenchOptions, Report } from "./report.ts";
import { figureOf } from "./small.ts";

/** Many short rounds: other load on the machine disturbs some of them, but hardly the median. */
const rounds = 9;
const seconds = 2;

/** Keys of the loads. Each exists before the first GET. */
const keys = 10_000;

/** A kind of small request. */
interface Work extends Pick<Load, "method" | "query"> {
  readonly calls?: "close" | "keep-alive";
  readonly connections: number;
  /** The ratios to reach beside the reference commit, and beside a peer. */
  readonly goals?: readonly [reference: number, peer: number];
}

const small: Readonly<Record<string, Work>> = {
  "PUT 4 KiB": { method: "PUT", connections: 64, goals: [2, 10] },
  "GET 4 KiB": { method: "GET", connections: 64, goals: [2, 4] },
  "list 1,000 keys": { method: "GET", query: "max-keys=1000", connections: 64, goals: [2.5, 5] },
  "PUT 4 KiB with callback": { method: "PUT", calls: "close", connections: 64, goals: [2, 3] },
  "PUT 4 KiB with kept-alive callback": {
    method: "PUT",
    calls: "keep-alive",
    connections: 64,
    goals: [3, 5],
  },
  "PUT 4 KiB, one connection": { method: "PUT", connections: 1, goals: [1.67, 1] },
  "PUT 4 KiB with callback, one connection": { method: "PUT", calls: "close", connections: 1 },
};

/** A load, and what the server used; processor time for each request. */
type Round = LoadResult & Usage;

/** The rounds of each work and server. */
type Found = ReadonlyMap<string, readonly Round[]>;

/** Runs each work on all candidates in turn; every second round begins with the last. */
export async function benchCompare(report: Report, options: BenchOptions): Promise<unknown> {
  return inFolder(async (folder) => {
    const application = await start(["bench/targets/application.mjs"]);
    const candidates = await startCandidates(folder, options);
    const found = await measureSmall(candidates, application, options);
    const names = [...new Set(candidates.map(({ name }) => name))];
    if (found.size > 0) tellSmall(report, found, { names, options });
    const ofSmall = candidates.filter(({ calls }) => calls !== "keep-alive");
    const ofLarge = await compareLarge(report, ofSmall, options);
    return { small: Object.fromEntries(found), large: ofLarge };
  });
}

function tellSmall(
  report: Report,
  found: Found,
  { names, options }: { readonly names: readonly string[]; readonly options: BenchOptions },
): void {
  report.figures([...found].map(([name, results]) => figureOf(name, results)));
  report.table(
    ["processor time", "µs a request, median", "spread", "peak MiB"],
    [...found].map(([name, results]) => {
      const micros = results.map((one) => Math.round(one.processorMicros));
      const peak = median(results.map((one) => one.peakMebibytes)).toFixed(0);
      return [name, median(micros), `${Math.min(...micros)}–${Math.max(...micros)}`, peak];
    }),
  );
  const [own = "", ...others] = names;
  for (const [work, { goals = [noSlower, 1] as const }] of Object.entries(small)) {
    for (const name of others) {
      const pair = { own: found.get(`${work}: ${own}`), other: found.get(`${work}: ${name}`) };
      tell(report, `${work}, beside ${name}`, { ...pair, goal: goalBeside(name, options, goals) });
    }
  }
  for (const name of [own, ...others]) tellWhatCallbackAdds(report, found, name);
}

async function measureSmall(
  candidates: readonly Candidate[],
  application: Running,
  { works }: BenchOptions,
): Promise<Found> {
  const found = new Map<string, Round[]>();
  const asked = Object.entries(small).filter(
    ([work]) => works?.some((part) => work.includes(part)) ?? true,
  );
  if (asked.length === 0) return found;
  for (const one of candidates) if (one.calls !== "keep-alive") await fill(one);
  for (let round = 0; round <= rounds; round += 1) {
    for (const [work, { calls, ...load }] of asked) {
      for (const one of round % 2 === 0 ? candidates : candidates.toReversed()) {
        const isAsked = calls === undefined ? one.calls !== "keep-alive" : one.calls === calls;
        if (!isAsked || (load.query !== undefined && one.signing !== "V4")) continue;
        const result = await runOn(one, {
          ...load,
          url: one.url,
          sizeBytes: 4_096,
          requests: keys,
          signing: one.signing,
          seconds: round === 0 ? 3 * seconds : seconds,
          ...(calls === undefined ? {} : { callbackUrl: application.url }),
        });
        if (round === 0) continue; // warms up
        const name = `${work}: ${one.name}`;
        found.set(name, [...(found.get(name) ?? []), result]);
      }
    }
  }
  return found;
}

// A load begins with the first key each time, so one of them must reach the last.
async function fill({ url, signing }: Candidate): Promise<void> {
  const load = { url, method: "PUT", sizeBytes: 4_096, requests: keys, signing } as const;
  for (let duration = 4; ; duration *= 2) {
    const { requests } = await run({ ...load, seconds: duration, connections: 64 });
    if (requests > keys) return;
  }
}

async function runOn(one: Candidate, load: Load): Promise<Round> {
  const { result, usage } = await using(one, () => run(load));
  return { ...result, ...usage, processorMicros: usage.processorMicros / result.requests };
}

interface Pair {
  readonly own: readonly Round[] | undefined;
  readonly other: readonly Round[] | undefined;
  readonly goal: number;
}

function tell(report: Report, what: string, { own, other, goal }: Pair): void {
  if (own === undefined || other === undefined) return;
  // The loads of a round ran one after the other, so each round has a ratio of its own.
  const compare = (unit: string, figure: (one: Round | undefined) => number): void => {
    const ratios = own.map((one, round) => figure(one) / figure(other[round]));
    report.medianRatio(`${what}: requests ${unit}`, ratios, goal);
  };
  compare("a second", (one) => one?.perSecond ?? NaN);
  compare("for the same processor time", (one) => 1 / (one?.processorMicros ?? NaN));
}

function tellWhatCallbackAdds(report: Report, found: Found, name: string): void {
  const p50 = (work: string): number =>
    median((found.get(`${work}: ${name}`) ?? []).map(({ p50Ms }) => p50Ms));
  const plain = p50("PUT 4 KiB, one connection");
  const added = p50("PUT 4 KiB with callback, one connection") - plain;
  if (!Number.isNaN(added))
    report.say(`- ${name}, one connection: a callback adds ${added.toFixed(2)} ms at p50`);
}
