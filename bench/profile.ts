// Measures where the time of a request is spent: the main thread's busy time by part, from a CPU
// profile of the built server under load, and the processor time of its other threads.
import { readdir, readFile } from "node:fs/promises";
import { readdirSync, readFileSync } from "node:fs";
import { SourceMap, type SourceMapPayload } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Load, run } from "./load.ts";
import { inFolder, processorMicros, start } from "./process.ts";
import type { Report } from "./report.ts";
import { startOssicle, workerOf } from "./stores.ts";

/** The processor time of one kind of request. */
interface Profile {
  readonly name: string;
  readonly perSecond: number;
  /**
   * Processor time of a request on the main thread and on all others, in microseconds. Measured on
   * Linux only; NaN elsewhere.
   */
  readonly mainMicros: number;
  readonly otherMicros: number;
  /** Shares of the main thread's busy time, largest first. */
  readonly parts: readonly (readonly [part: string, share: number])[];
  readonly functions: readonly (readonly [name: string, share: number])[];
}

const common = { sizeBytes: 4_096, requests: 10_000, connections: 64, signing: "V4" } as const;

/**
 * Profiles GET, PUT, and PUT with callback, of 4 KiB and at 64 connections, with one worker, for
 * ten seconds.
 */
export async function benchProfile(report: Report): Promise<readonly Profile[]> {
  const profiles = await inFolder((folder) => measure(folder, 10));
  const percent = ([name, share]: readonly [string, number]): [string, string] => [
    name,
    (share * 100).toFixed(1),
  ];
  for (const { name, perSecond, mainMicros, otherMicros, parts, functions } of profiles) {
    report.say(`## ${name}: ${Math.round(perSecond)} a second with the profiler`);
    report.say();
    const [main, other] = [mainMicros.toFixed(0), otherMicros.toFixed(0)];
    report.say(`Processor time: ${main} µs on the main thread, ${other} on others.`);
    report.say();
    report.table(["part of the main thread's busy time", "%"], parts.map(percent));
    report.table(["function", "%"], functions.map(percent));
  }
  return profiles;
}

async function measure(folder: string, seconds: number): Promise<readonly Profile[]> {
  const application = await start(["bench/targets/application.mjs"]);
  const profiles: Profile[] = [];
  for (const [name, method, callbacks] of [
    ["PUT 4 KiB", "PUT", {}],
    ["GET 4 KiB", "GET", {}],
    ["PUT 4 KiB with callback", "PUT", { callbackUrl: application.url }],
  ] as const) {
    const load = { ...common, method, seconds, ...callbacks };
    profiles.push(await profile(join(folder, String(profiles.length)), name, load));
  }
  return profiles;
}

async function profile(folder: string, name: string, load: Omit<Load, "url">): Promise<Profile> {
  const data = join(folder, "data");
  const args = ["--workers", "1"];
  // Keys are written, and the bucket made, by a process that is not profiled.
  const first = await startOssicle(data, args);
  await run({ ...common, method: "PUT", url: first.url, seconds: 6 });
  await first.stop();
  const node = ["--cpu-prof", "--cpu-prof-dir", folder, "--cpu-prof-interval", "200"];
  const store = await startOssicle(data, args, { node });
  await run({ ...load, url: store.url, seconds: 2 }); // so that the code is compiled
  const worker = workerOf(store);
  const before = threadTimes(worker);
  const { perSecond } = await run({ ...load, url: store.url });
  const after = threadTimes(worker);
  await store.stop();
  const count = perSecond * load.seconds;
  const spent = [...after].map(([thread, micros]) => [
    thread,
    (micros - (before.get(thread) ?? 0)) / count,
  ]);
  const sum = (keep: (thread: number) => boolean): number =>
    spent.filter(([thread = 0]) => keep(thread)).reduce((all, [, micros = 0]) => all + micros, 0);
  // The primary writes a profile, too. Names of profiles hold the process id.
  const file = (await readdir(folder)).find((one) => one.includes(`.${worker}.`)) ?? "";
  return {
    name,
    perSecond,
    mainMicros: spent.length === 0 ? Number.NaN : sum((thread) => thread === worker),
    otherMicros: spent.length === 0 ? Number.NaN : sum((thread) => thread !== worker),
    ...summarise(JSON.parse(await readFile(join(folder, file), "utf8")) as CpuProfile),
  };
}

function threadTimes(pid: number): ReadonlyMap<number, number> {
  if (process.platform !== "linux") return new Map();
  const tasks = `/proc/${pid}/task`;
  return new Map(
    readdirSync(tasks).map((task) => {
      return [Number(task), processorMicros(readFileSync(join(tasks, task, "stat"), "utf8"))];
    }),
  );
}

/** The file that `--cpu-prof` writes. */
interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: {
      readonly functionName: string;
      readonly url: string;
      readonly lineNumber: number;
      readonly columnNumber: number;
    };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** Number of functions that are shown, and the smallest share of a part that is shown. */
const shown = 20;
const smallestPart = 0.005;

function summarise(found: CpuProfile): Pick<Profile, "parts" | "functions"> {
  const self = new Map<number, number>();
  for (const [at, id] of found.samples.entries()) {
    self.set(id, (self.get(id) ?? 0) + (found.timeDeltas[at] ?? 0));
  }
  const parts = new Map<string, number>();
  const functions = new Map<string, number>();
  let busy = 0;
  for (const { id, callFrame } of found.nodes) {
    const micros = self.get(id) ?? 0;
    if (callFrame.functionName === "(idle)") continue;
    const source = sourceOf(callFrame);
    const part = partOf(source, callFrame.functionName);
    if (part === undefined) continue;
    busy += micros;
    add(parts, part, micros);
    add(functions, `${callFrame.functionName || "(anonymous)"} (${source})`, micros);
  }
  const shares = (times: ReadonlyMap<string, number>): [string, number][] =>
    [...times]
      .map(([name, micros]): [string, number] => [name, micros / busy])
      .sort(([, left], [, right]) => right - left);
  const large = shares(parts).filter(([, share]) => share >= smallestPart);
  return { parts: large, functions: shares(functions).slice(0, shown) };
}

function add(times: Map<string, number>, name: string, micros: number): void {
  times.set(name, (times.get(name) ?? 0) + micros);
}

const maps = new Map<string, SourceMap>();

/** Where a function's source is: a path in the project, a module of Node, or `native`. */
function sourceOf(frame: CpuProfile["nodes"][number]["callFrame"]): string {
  if (frame.url === "") return "native";
  if (!frame.url.startsWith("file:")) return frame.url;
  const file = fileURLToPath(frame.url);
  if (!file.includes("/bundle/")) return file.replace(/^.*node_modules\//, "");
  const map =
    maps.get(file) ??
    new SourceMap(JSON.parse(readFileSync(`${file}.map`, "utf8")) as SourceMapPayload);
  maps.set(file, map);
  const entry = map.findEntry(frame.lineNumber, frame.columnNumber);
  const source = "originalSource" in entry ? entry.originalSource : file;
  return source.replace(/^.*node_modules\//, "").replace(/^(?:\.\.\/)+/, "");
}

/** The part of the work that a function belongs to; undefined for code that only a start runs. */
function partOf(source: string, name: string): string | undefined {
  if (name === "(garbage collector)") return "collecting garbage";
  if (source === "native")
    return socketCalls.has(name) ? "writing to sockets" : "native code and the system";
  if (source.startsWith("wasm:")) return "CRC-64";
  if (/modules\/|bootstrap|internal\/main|loader/.test(source)) return undefined;
  if (source.includes("crypto")) return "MD5, SHA-256, HMAC, RSA (node:crypto)";
  if (source.startsWith("node:")) return "node:http, streams, timers, promises";
  if (source.startsWith("lmdb/")) return "LMDB";
  const own = /^(?:packages\/)?(protocol|store|server\/src\/(?:request\/authenticate|\w+))\//.exec(
    source,
  );
  return own === null ? source.split("/", 1)[0] : `ours: ${own[1]?.replace("/src", "")}`;
}

const socketCalls: ReadonlySet<string> = new Set([
  "writeLatin1String",
  "writeUtf8String",
  "writeBuffer",
  "writev",
]);
