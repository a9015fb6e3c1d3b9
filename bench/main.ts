// `npm run bench -- [part …] [--against COMMIT] [--node PATH] [--peer s3=URL]`: measures the
// built output, interleaved in one run, and prints medians, spreads and ratios. Without a part, it
// runs those that watch the product's speed. The others investigate details.
import { cpus, totalmem } from "node:os";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { benchAged } from "./aged.ts";
import { benchCallback } from "./callback.ts";
import { benchCluster } from "./cluster.ts";
import { benchClusterGrowth } from "./cluster-growth.ts";
import { benchConsole } from "./console.ts";
import { benchCompare } from "./compare.ts";
import { benchEncryption } from "./encryption.ts";
import { benchGrowth } from "./growth.ts";
import { benchHung } from "./hung.ts";
import { benchInline } from "./inline.ts";
import { benchLarge } from "./large.ts";
import { benchLedger } from "./ledger.ts";
import { benchLifecycle } from "./lifecycle.ts";
import { benchList } from "./list.ts";
import { benchMemory } from "./memory.ts";
import { has, root } from "./process.ts";
import { benchProfile } from "./profile.ts";
import { type BenchOptions, type Part, Report } from "./report.ts";
import { benchScale } from "./scale.ts";
import { benchSelect } from "./select.ts";
import { benchSmall } from "./small.ts";
import { benchStart } from "./startup.ts";
import { referenceCommit } from "./stores.ts";

const watching: Readonly<Record<string, Part>> = {
  small: benchSmall,
  callback: benchCallback,
  ledger: benchLedger,
  hung: benchHung,
  large: benchLarge,
  list: benchList,
  growth: benchGrowth,
  start: benchStart,
  aged: benchAged,
};
const parts: Readonly<Record<string, Part>> = {
  ...watching,
  cluster: benchCluster,
  "cluster-growth": benchClusterGrowth,
  compare: benchCompare,
  console: benchConsole,
  encryption: benchEncryption,
  lifecycle: benchLifecycle,
  memory: benchMemory,
  profile: benchProfile,
  scale: benchScale,
  select: benchSelect,
  inline: benchInline,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    against: { type: "string" },
    node: { type: "string" },
    peer: { type: "string" },
    "peer-pid": { type: "string" },
    works: { type: "string" },
  },
});
const compared = values.against ?? values.node ?? values.peer;
const comparesOnly = positionals.length === 0 && compared !== undefined;
const wanted = comparesOnly
  ? ["compare"]
  : positionals.length === 0
    ? Object.keys(watching)
    : positionals;
const options: BenchOptions = {
  against: values.against ?? referenceCommit,
  ...(values.node === undefined ? {} : { node: values.node }),
  ...(values.peer === undefined ? {} : { peer: peerOf(values.peer, values["peer-pid"]) }),
  ...(values.works === undefined ? {} : { works: values.works.split(",") }),
};
const unknown = wanted.find((name) => parts[name] === undefined);
if (unknown !== undefined)
  refuse(`unknown part ${unknown}: expected ${Object.keys(parts).join(", ")}`);
const withoutLoad = new Set(["console", "memory", "scale", "select"]);
if (wanted.some((name) => !withoutLoad.has(name)) && !has("wrk"))
  refuse("the benchmarks need wrk (Debian package wrk)");
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

const report = new Report();
const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
const processors = `${cpus().length} × ${cpus()[0]?.model ?? "?"}`;
report.say(`Node ${process.version}, ${processors}, ${memory}, ${new Date().toISOString()}`);
report.say();
const raw: Record<string, unknown> = {};
const results = join(root, "bench", "results");
await mkdir(results, { recursive: true });
const file = join(results, wanted.join("-"));
for (const name of wanted) {
  raw[name] = await parts[name]?.(report, options);
  if (report.lines.at(-1) !== "") report.say();
  // Write after each part, so that a failing part does not lose the results before it.
  await writeFile(`${file}.md`, `${report.lines.join("\n").trimEnd()}\n`);
  await writeFile(`${file}.json`, `${JSON.stringify(raw, undefined, 1)}\n`);
}

function peerOf(text: string, pid: string | undefined): NonNullable<BenchOptions["peer"]> {
  const url = /^s3=(https?:\/\/.+)$/.exec(text)?.[1];
  if (url === undefined) return refuse(`--peer ${text}: expected s3=URL`);
  return { url: url.replace(/\/$/, ""), ...(pid === undefined ? {} : { pid: Number(pid) }) };
}

function refuse(why: string): never {
  process.stderr.write(`${why}\n`);
  process.exit(1);
}
