// This build beside an earlier commit's, and beside another server that speaks S3, in one run.
import { join } from "node:path";
import { type Load, type LoadResult, run } from "./load.ts";
import { inFolder, median, type Running, start } from "./process.ts";
import type { BenchOptions, Report } from "./report.ts";
import { makeS3Bucket } from "./s3.ts";
import { figureOf } from "./small.ts";
import { buildsToCompare, processorOfTree, startOssicle } from "./stores.ts";

/** Many short rounds: other load on the machine disturbs some of them, but hardly the median. */
const rounds = 9;
const seconds = 2;

/** A kind of small request. */
interface Work extends Pick<Load, "method" | "query"> {
  readonly calls?: "close" | "keep-alive";
  readonly connections: number;
  /** The ratio to reach beside the commit before issue 13, and beside MinIO. */
  readonly goals: readonly [earlier: number, peer: number];
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
  "PUT 4 KiB with callback, one connection": {
    method: "PUT",
    calls: "close",
    connections: 1,
    goals: [1, 1],
  },
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
    const names = [...new Set(candidates.map(({ name }) => name))].slice(1);
    for (const [work, { goals }] of Object.entries(small)) {
      for (const name of names) {
        tell(report, { work, own: found.get(`${work}: this build`), name }, found, goals);
      }
    }
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
    await makeS3Bucket(peer.url);
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
          requests: 10_000,
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

async function runOn({ pid }: Candidate, load: Load): Promise<Round> {
  const before = pid === undefined ? NaN : processorOfTree(pid);
  const result = await run(load);
  const after = pid === undefined ? NaN : processorOfTree(pid);
  return { ...result, processorMicros: (after - before) / result.requests };
}

function tell(
  report: Report,
  { work, own, name }: { work: string; own: readonly Round[] | undefined; name: string },
  found: ReadonlyMap<string, readonly Round[]>,
  goals: Work["goals"],
): void {
  const other = found.get(`${work}: ${name}`);
  if (own === undefined || other === undefined) return;
  // The loads of a round ran one after the other, so each round has a ratio of its own.
  const ratioOf = (figure: (one: Round | undefined) => number): readonly [number, string] => {
    const ratios = own.map((one, round) => figure(one) / figure(other[round]));
    const sorted = ratios.toSorted((left, right) => left - right);
    const quartile = (part: number): string =>
      (sorted[Math.floor(sorted.length * part)] ?? NaN).toFixed(2);
    return [median(ratios), `half of the rounds from ${quartile(0.25)} to ${quartile(0.75)}`];
  };
  const goal = name.startsWith("commit") ? goals[0] : goals[1];
  const [rate, rates] = ratioOf((one) => one?.perSecond ?? NaN);
  report.ratio(`${work}, requests a second beside ${name} (${rates})`, rate, goal);
  const [cost, costs] = ratioOf((one) => 1 / (one?.processorMicros ?? NaN));
  if (Number.isNaN(cost)) return;
  report.ratio(`${work}, requests for the same processor time (${costs})`, cost, goal);
}
