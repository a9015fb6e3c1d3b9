// This build beside an earlier commit's, and beside another server that speaks S3, in one run.
import { join } from "node:path";
import { bucket, type Load, type LoadResult, run } from "./load.ts";
import { inFolder, median, type Running, start } from "./process.ts";
import type { BenchOptions, Report } from "./report.ts";
import { makeS3Bucket } from "./s3.ts";
import { figureOf } from "./small.ts";
import { buildsToCompare, processorOfTree, referenceCommit, startOssicle } from "./stores.ts";

/** Many short rounds: other load on the machine disturbs some of them, but hardly the median. */
const rounds = 9;
const seconds = 2;

/** Keys of the loads. Each exists before the first GET. */
const keys = 10_000;

/** The lowest ratio beside a commit for which the works have no goal. Rounds differ by as much. */
const noSlower = 0.95;

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

/** A server that is measured. */
interface Candidate {
  readonly name: string;
  readonly url: string;
  /** Its first process; undefined where it runs elsewhere. */
  readonly pid: number | undefined;
  readonly signing: Load["signing"];
  /** How it connects to the application; undefined where it does not call it. */
  readonly calls: Work["calls"] | undefined;
}

/** A load, and the processor time that the server used for each request. */
interface Round extends LoadResult {
  readonly processorMicros: number;
}

/** Runs each work on all candidates in turn; every second round begins with the last. */
export async function benchCompare(report: Report, options: BenchOptions): Promise<unknown> {
  return inFolder(async (folder) => {
    const application = await start(["bench/targets/application.mjs"]);
    const candidates = await startCandidates(folder, options);
    const found = await measureSmall(candidates, application, options);
    report.figures([...found].map(([name, results]) => figureOf(name, results)));
    report.table(
      ["processor time", "µs a request, median", "spread"],
      [...found].map(([name, results]) => {
        const micros = results.map((one) => Math.round(one.processorMicros));
        return [name, median(micros), `${Math.min(...micros)}–${Math.max(...micros)}`];
      }),
    );
    const [own = "", ...others] = new Set(candidates.map(({ name }) => name));
    for (const [work, { goals = [noSlower, noSlower] }] of Object.entries(small)) {
      for (const name of others) {
        const goal = name === options.peer?.url ? goals[1] : goals[0];
        const isReference = options.against === referenceCommit || name === options.peer?.url;
        tell(report, `${work}, beside ${name}`, {
          own: found.get(`${work}: ${own}`),
          other: found.get(`${work}: ${name}`),
          goal: isReference ? goal : noSlower,
        });
      }
    }
    for (const name of [own, ...others]) tellWhatCallbackAdds(report, found, name);
    return Object.fromEntries(found);
  });
}

async function startCandidates(
  folder: string,
  { against, peer }: BenchOptions,
): Promise<readonly Candidate[]> {
  const candidates: Candidate[] = [];
  for (const [name, build] of Object.entries(buildsToCompare(against))) {
    for (const calls of ["close", "keep-alive"] as const) {
      const args = ["--callback-connections", calls];
      const data = join(folder, String(candidates.length));
      const store = await startOssicle(data, args, { build });
      candidates.push({ name, url: store.url, pid: store.pid, signing: "V4", calls });
    }
  }
  if (peer !== undefined) {
    await makeS3Bucket(peer.url, bucket);
    const { url, pid } = peer;
    candidates.push({ name: peer.url, url, pid, signing: "S3", calls: undefined });
  }
  return candidates;
}

async function measureSmall(
  candidates: readonly Candidate[],
  application: Running,
  { works }: BenchOptions,
): Promise<ReadonlyMap<string, readonly Round[]>> {
  const found = new Map<string, Round[]>();
  for (const one of candidates) if (one.calls !== "keep-alive") await fill(one);
  for (let round = 0; round <= rounds; round += 1) {
    for (const [work, { calls, ...load }] of Object.entries(small)) {
      if (works !== undefined && !works.some((part) => work.includes(part))) continue;
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

async function runOn({ pid }: Candidate, load: Load): Promise<Round> {
  const before = pid === undefined ? NaN : processorOfTree(pid);
  const result = await run(load);
  const after = pid === undefined ? NaN : processorOfTree(pid);
  return { ...result, processorMicros: (after - before) / result.requests };
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
    const sorted = ratios.toSorted((left, right) => left - right);
    const quartile = (part: number): string =>
      (sorted[Math.floor(sorted.length * part)] ?? NaN).toFixed(2);
    if (sorted.some(Number.isNaN)) return; // the processor time of a peer elsewhere
    const spread = `half of the rounds from ${quartile(0.25)} to ${quartile(0.75)}`;
    report.ratio(`${what}: requests ${unit} (${spread})`, median(ratios), goal);
  };
  compare("a second", (one) => one?.perSecond ?? NaN);
  compare("for the same processor time", (one) => 1 / (one?.processorMicros ?? NaN));
}

function tellWhatCallbackAdds(
  report: Report,
  found: ReadonlyMap<string, readonly Round[]>,
  name: string,
): void {
  const p50 = (work: string): number =>
    median((found.get(`${work}: ${name}`) ?? []).map(({ p50Ms }) => p50Ms));
  const plain = p50("PUT 4 KiB, one connection");
  const added = p50("PUT 4 KiB with callback, one connection") - plain;
  if (!Number.isNaN(added))
    report.say(`- ${name}, one connection: a callback adds ${added.toFixed(2)} ms at p50`);
}
