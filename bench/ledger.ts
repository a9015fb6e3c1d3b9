// Measures what the delivery ledger costs: processor time and commits of an upload with callback,
// throughput when the outcome is on disk before the answer, replays, and queries of a ledger of a
// million records.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { measureQuestions } from "./ledger-questions.ts";
import { measureWork } from "./ledger-work.ts";
import { type LoadResult, run } from "./load.ts";
import { inFolder, median, processorMicros, type Running, start } from "./process.ts";
import type { Report } from "./report.ts";
import { startOssicle } from "./stores.ts";

/** Measures cost, work and questions. */
export async function benchLedger(report: Report): Promise<unknown> {
  const costs = await inFolder((folder) => measureCost(folder, { rounds: 5, seconds: 4 }));
  const work = await inFolder((folder) => measureWork(folder, 5_000));
  const asked = await inFolder((folder) => measureQuestions(folder, 1_000_000));
  report.table(
    [
      "PUT of 4 KiB, 64 at a time, one worker",
      "per second",
      "spread",
      "p50 ms",
      "processor µs each",
    ],
    costs.map(({ name, perSecond, spread, p50Ms, cpuMicros }) => [
      name,
      Math.round(perSecond),
      spread.map(Math.round).join("–"),
      p50Ms.toFixed(1),
      cpuMicros.toFixed(0),
    ]),
  );
  report.table(
    ["an upload writes", "commits", "records"],
    work.commits.map(({ name, commits, records }) => [
      name,
      commits.toFixed(2),
      records.toFixed(2),
    ]),
  );
  const { replayed, replaysPerSecond } = work;
  report.say(
    `- replays of ${replayed} failed callbacks, until all are delivered: ` +
      `${Math.round(replaysPerSecond)} a second`,
  );
  report.say(`- a ledger of ${asked.records} deliveries is ${asked.mebibytes.toFixed(0)} MiB`);
  report.say();
  report.table(
    ["question to it", "ms"],
    asked.questions.map(({ name, ms }) => [name, ms.toFixed(1)]),
  );
  return { costs, work, asked };
}

/** The cost of an upload for one kind of callback. */
interface LedgerCost {
  readonly name: string;
  readonly perSecond: number;
  readonly spread: readonly [number, number];
  readonly p50Ms: number;
  /** Processor time of the server, user and system, in microseconds an upload. */
  readonly cpuMicros: number;
}

const ways: readonly {
  readonly name: string;
  readonly args: readonly string[];
  readonly calls: boolean;
}[] = [
  { name: "no callback", args: [], calls: false },
  { name: "callback, outcome recorded behind the answer (exact)", args: [], calls: true },
  {
    name: "callback, outcome on disk before the answer (hide)",
    args: ["--on-failure", "hide"],
    calls: true,
  },
  { name: "callback with the second signature", args: ["--webhook-signatures", "on"], calls: true },
];

/** Measures uploads of 4 KiB, 64 at a time, one worker. */
async function measureCost(
  folder: string,
  plan: { readonly rounds: number; readonly seconds: number },
): Promise<readonly LedgerCost[]> {
  const application = await start(["bench/targets/application.mjs"]);
  const running = new Map<(typeof ways)[number], Running>();
  const results = new Map<string, (LoadResult & { readonly cpuMicros: number })[]>();
  for (const [at, way] of ways.entries()) {
    const data = join(folder, String(at));
    running.set(way, await startOssicle(data, ["--workers", "1", ...way.args]));
  }
  for (let round = 0; round <= plan.rounds; round += 1) {
    for (const [{ name, calls }, { url, pid }] of running) {
      const before = await cpuMicrosOf(pid);
      const result = await run({
        url,
        method: "PUT",
        sizeBytes: 4_096,
        requests: 10_000,
        signing: "V4",
        seconds: plan.seconds,
        connections: 64,
        ...(calls ? { callbackUrl: application.url } : {}),
      });
      if (round === 0) continue; // warms up
      const cpuMicros = ((await cpuMicrosOf(pid)) - before) / (result.perSecond * plan.seconds);
      results.set(name, [...(results.get(name) ?? []), { ...result, cpuMicros }]);
    }
  }
  return [...results].map(([name, found]) => {
    const speeds = found.map(({ perSecond }) => perSecond);
    return {
      name,
      perSecond: median(speeds),
      spread: [Math.min(...speeds), Math.max(...speeds)] as const,
      p50Ms: median(found.map(({ p50Ms }) => p50Ms)),
      cpuMicros: median(found.map(({ cpuMicros }) => cpuMicros)),
    };
  });
}

async function cpuMicrosOf(pid: number): Promise<number> {
  return processorMicros(await readFile(`/proc/${pid}/stat`, "utf8"));
}
