// Measures how much memory a worker holds under mixed load: this build and an earlier commit's,
// side by side under the same load.
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { inFolder, launch, median, root, type Running, start } from "./process.ts";
import type { BenchOptions, Report } from "./report.ts";
import { buildsToCompare, startOssicle, workerOf } from "./stores.ts";

/** How long the load lasts, in seconds. */
const seconds = Number(process.env["OSSICLE_BENCH_SECONDS"] ?? 600);

/**
 * Most memory that a worker may hold, in MiB. Its use counts as flat if the median of the last
 * quarter exceeds that of the third by at most this share.
 */
const goalMiB = 220;
const flatShare = 0.05;

/** Resident memory of one worker, in MiB, second by second. */
interface MemoryRun {
  readonly name: string;
  readonly residentMiB: readonly number[];
  /** Resident memory without the pages of mapped files, which are the database's. */
  readonly ownMiB: readonly number[];
  /** Number of operations by kind, and of those that failed. */
  readonly done: Readonly<Record<string, number>>;
}

/** Measures both builds at the same time. */
export async function benchMemory(
  report: Report,
  { against }: BenchOptions,
): Promise<readonly MemoryRun[]> {
  const builds = buildsToCompare(against);
  const runs = await inFolder(async (folder) => {
    const application = await start(["bench/targets/application.mjs"]);
    const loaded = await Promise.all(
      Object.entries(builds).map(async ([name, how], at) => {
        const args = ["--workers", "1", "--log-level", "error"];
        const store = await startOssicle(join(folder, String(at)), args, how);
        return { name, store, load: loadOf(store, application.url) };
      }),
    );
    return Promise.all(loaded.map(({ name, store, load }) => follow(name, store, load)));
  });
  tell(report, runs);
  const file = join(root, "bench", "results", "memory.svg");
  await writeFile(file, chart(runs));
  report.say("[The curves](memory.svg).");
  return runs;
}

type Load = Readonly<{ done: () => Readonly<Record<string, number>>; stop: () => Promise<void> }>;

function loadOf(store: Running, application: string): Load {
  const args = ["--import", "tsx", "bench/targets/mixed-load.ts", store.url, application];
  const { child, stop } = launch(process.execPath, args, { pipes: true });
  let last = "{}";
  child.stdout?.on("data", (chunk: Buffer) => {
    last = chunk.toString().trim().split("\n").at(-1) ?? last;
  });
  return { done: () => JSON.parse(last) as Record<string, number>, stop };
}

async function follow(name: string, store: Running, load: Load): Promise<MemoryRun> {
  const residentMiB: number[] = [];
  const ownMiB: number[] = [];
  const worker = workerOf(store);
  for (let second = 0; second < seconds; second += 1) {
    await pause(1_000);
    const status = readFileSync(`/proc/${worker}/status`, "utf8");
    residentMiB.push(mebibytes(status, "VmRSS"));
    ownMiB.push(mebibytes(status, "VmRSS") - mebibytes(status, "RssFile"));
  }
  const done = load.done();
  await load.stop();
  return { name, residentMiB, ownMiB, done };
}

function mebibytes(status: string, field: string): number {
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(status)?.[1] ?? 0) / 1_024;
}

const most = (figures: readonly number[]): number => figures.reduce((a, b) => Math.max(a, b), 0);

function tell(report: Report, runs: readonly MemoryRun[]): void {
  const step = Math.max(1, Math.floor(seconds / 20));
  const rows = Array.from({ length: Math.floor(seconds / step) }, (_, row) => {
    const figures = runs.map(({ residentMiB }) =>
      Math.round(most(residentMiB.slice(row * step, (row + 1) * step))),
    );
    return [`${row * step}–${(row + 1) * step}`, ...figures];
  });
  report.say(`One worker each, ${seconds} seconds of mixed load (bench/targets/mixed-load.ts).`);
  report.say();
  report.table(["seconds", ...runs.map(({ name }) => `${name}, most MiB resident`)], rows);
  report.table(
    ["what was done", ...runs.map(({ name }) => name)],
    Object.keys(runs[0]?.done ?? {}).map((kind) => [
      kind,
      ...runs.map(({ done }) => done[kind] ?? 0),
    ]),
  );
  for (const run of runs) {
    const half = run.residentMiB.slice(seconds / 2);
    const quarter = Math.floor(half.length / 2);
    const [third, fourth] = [median(half.slice(0, quarter)), median(half.slice(quarter))];
    const peak = most(run.residentMiB);
    const own = Math.round(most(run.ownMiB));
    report.say(
      `- ${run.name}: peak **${Math.round(peak)} MiB** (${own} without the database's mapped ` +
        `pages); median of the third quarter ${Math.round(third)}, of the fourth ` +
        `${Math.round(fourth)}`,
    );
    if (run !== runs[0]) continue;
    report.say(`  - at most ${goalMiB} MiB: ${peak <= goalMiB ? "met" : "missed"}`);
    const isFlat = fourth <= third * (1 + flatShare);
    report.say(`  - flat over the second half: ${isFlat ? "met" : "missed"}`);
  }
  const [now, then] = runs.map(({ residentMiB }) => most(residentMiB));
  report.say(`- ratio of the peaks: **${((now ?? 0) / (then ?? 1)).toFixed(2)}**`);
}

const plot = { width: 900, height: 360, margin: 50 } as const;
const colours = ["#0a7d54", "#b3261e"] as const;

/** An SVG of the curves. */
function chart(runs: readonly MemoryRun[]): string {
  const { width, height, margin } = plot;
  const top = Math.ceil(most(runs.flatMap(({ residentMiB }) => residentMiB)) / 100) * 100;
  const x = (second: number): number => margin + (second / seconds) * (width - 2 * margin);
  const y = (mib: number): number => height - margin - (mib / top) * (height - 2 * margin);
  const lines = Array.from({ length: top / 100 + 1 }, (_, at) => at * 100).map(
    (mib) =>
      `<path d="M${margin} ${y(mib)}H${width - margin}" stroke="#ddd"/><text x="8" ` +
      `y="${y(mib) + 4}">${mib} MiB</text>`,
  );
  const curves = runs.map(({ name, residentMiB }, at) => {
    const points = residentMiB.map((mib, second) => `${x(second).toFixed(1)},${y(mib).toFixed(1)}`);
    const colour = colours[at] ?? "#000";
    return (
      `<polyline points="${points.join(" ")}" fill="none" stroke="${colour}" stroke-width="1.5"/>` +
      `<text x="${margin + 10}" y="${20 + at * 16}" fill="${colour}">${name}</text>`
    );
  });
  const axis = `<text x="${width / 2}" y="${height - 15}">seconds, 0 to ${seconds}</text>`;
  const attributes = `viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12"`;
  const background = '<rect width="100%" height="100%" fill="#fff"/>';
  const content = [background, ...lines, ...curves, axis].join("");
  return `<svg xmlns="http://www.w3.org/2000/svg" ${attributes}>${content}</svg>\n`;
}
