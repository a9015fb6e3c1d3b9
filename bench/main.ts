// `npm run bench [part …]`: measures the built output, interleaved in one run, and prints medians, spreads and ratios. Parts: small,
// callback, ledger, hung, large, list, growth, start, aged, profile, inline; all but the last two when none is named.
import { cpus, totalmem } from "node:os";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { measureAged } from "./aged.ts";
import { measureCallbacks } from "./callback.ts";
import { measureGrowth, measureParts } from "./growth.ts";
import { type HungPair, measureHung } from "./hung.ts";
import { measureInline } from "./inline.ts";
import { measureLarge } from "./large.ts";
import { measureLedgerCost, measureLedgerQuestions, measureLedgerWork } from "./ledger.ts";
import { measureList } from "./list.ts";
import { has, median, root } from "./process.ts";
import { measureProfiles } from "./profile.ts";
import { type Figure, measureSmall } from "./small.ts";
import { measureStart } from "./startup.ts";

const wanted = process.argv.slice(2);
const parts =
  wanted.length === 0
    ? ["small", "callback", "ledger", "hung", "large", "list", "growth", "start", "aged"]
    : wanted;
const lines: string[] = [];
const raw: Record<string, unknown> = {};

function say(line = ""): void {
  lines.push(line);
  process.stdout.write(`${line}\n`);
}

function sayFigures(figures: readonly Figure[]): void {
  say("| what | per second | spread | p50 ms | p99 ms |");
  say("| --- | ---: | ---: | ---: | ---: |");
  for (const { name, perSecond, spread, p50Ms, p99Ms } of figures) {
    const [low, high] = spread.map(Math.round);
    say(
      `| ${name} | ${Math.round(perSecond)} | ${low}–${high} | ${p50Ms.toFixed(1)} | ${p99Ms.toFixed(1)} |`,
    );
  }
  say();
}

const find = (figures: readonly Figure[], name: string): number =>
  figures.find((figure) => figure.name === name)?.perSecond ?? Number.NaN;

function sayRatio(what: string, ratio: number, goal: number): void {
  say(`- ${what}: **${ratio.toFixed(2)}** (goal ${goal}${ratio >= goal ? "" : ", missed"})`);
}

if (!has("wrk")) throw new Error("the benchmarks need wrk (Debian package wrk)");
say(
  `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? "?"}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${new Date().toISOString()}`,
);
say();

if (parts.includes("small")) {
  const figures = await measureSmall({
    sizes: [1_024, 4_096, 16_384],
    rounds: 3,
    seconds: 3,
    workers: [1, 2],
  });
  raw["small"] = figures;
  sayFigures(figures);
  for (const size of [1, 4, 16]) {
    const put = (name: string): number => find(figures, `PUT ${size} KiB: ${name}`);
    const get = (name: string): number => find(figures, `GET ${size} KiB: ${name}`);
    const slower = Math.min(put("bare node:http"), put("LMDB adapter alone"));
    for (const workers of [1, 2]) {
      const own = `ossicle, ${workers} worker(s)`;
      const title = `${size} KiB, ${workers} worker(s),`;
      sayRatio(`PUT ${title} beside the slower of bare and adapter`, put(own) / slower, 0.6);
      sayRatio(`PUT ${title} beside bare node:http`, put(own) / put("bare node:http"), 0.2);
      sayRatio(`PUT ${title} beside s3rver`, put(own) / put("s3rver"), 5);
      sayRatio(`GET ${title} beside bare node:http`, get(own) / get("bare node:http"), 0.4);
      sayRatio(`GET ${title} beside s3rver`, get(own) / get("s3rver"), 10);
    }
  }
  say();
}

if (parts.includes("callback")) {
  const figures = await measureCallbacks({ rounds: 3, seconds: 4 });
  raw["callback"] = figures;
  sayFigures(figures);
  const at = (name: string): number =>
    find(figures, `PUT 4 KiB with callback, 64 connection(s): ${name}`);
  sayRatio(
    "a connection a callback, beside the bare pair",
    at("ossicle, a connection a callback") / at("bare pair"),
    0.5,
  );
  sayRatio(
    "kept-alive callbacks, beside our plain PUT",
    at("ossicle, kept-alive callbacks") / at("ossicle, no callback"),
    0.5,
  );
  sayRatio(
    "kept-alive callbacks with a key of 1,024 bits, beside our plain PUT",
    at("ossicle, kept-alive, 1,024 bits") / at("ossicle, no callback"),
    0.5,
  );
  say();
}

if (parts.includes("ledger")) {
  const costs = await measureLedgerCost({ rounds: 5, seconds: 4 });
  const work = await measureLedgerWork(5_000);
  const asked = await measureLedgerQuestions(1_000_000);
  raw["ledger"] = { costs, work, asked };
  say(
    "| PUT of 4 KiB, 64 at a time, one worker | per second | spread | p50 ms | processor µs each |",
  );
  say("| --- | ---: | ---: | ---: | ---: |");
  for (const { name, perSecond, spread, p50Ms, cpuMicros } of costs) {
    const [low, high] = spread.map(Math.round);
    say(
      `| ${name} | ${Math.round(perSecond)} | ${low}–${high} | ${p50Ms.toFixed(1)} | ${cpuMicros.toFixed(0)} |`,
    );
  }
  say();
  say("| an upload writes | commits | records |");
  say("| --- | ---: | ---: |");
  for (const { name, commits, records } of work.commits) {
    say(`| ${name} | ${commits.toFixed(2)} | ${records.toFixed(2)} |`);
  }
  say();
  say(
    `- replays of ${work.replayed} failed callbacks, until all are delivered: ${Math.round(work.replaysPerSecond)} a second`,
  );
  say(`- a ledger of ${asked.records} deliveries is ${asked.mebibytes.toFixed(0)} MiB`);
  say();
  say("| question to it | ms |");
  say("| --- | ---: |");
  for (const { name, ms } of asked.questions) say(`| ${name} | ${ms.toFixed(1)} |`);
  say();
}

if (parts.includes("hung")) {
  const pairs = await measureHung({ pairs: 12, hung: 1_000, perSecond: 100, seconds: 3 });
  raw["hung"] = pairs;
  say(
    "| uploads with callback, 100 a second | p50 ms | p99 ms | beside 1,000 that hang, p50 ms | p99 ms |",
  );
  say("| --- | ---: | ---: | ---: | ---: |");
  for (const [at, { without, beside }] of pairs.entries()) {
    const figures = [without.p50Ms, without.p99Ms, beside.p50Ms, beside.p99Ms];
    say(`| pair ${at + 1} | ${figures.map((ms) => ms.toFixed(1)).join(" | ")} |`);
  }
  const spread = (which: "without" | "beside"): string => {
    const p99s = pairs
      .map((pair: HungPair) => pair[which].p99Ms)
      .sort((left, right) => left - right);
    return `${(p99s[0] ?? 0).toFixed(1)}–${(p99s.at(-1) ?? 0).toFixed(1)} ms, median ${median(p99s).toFixed(1)}`;
  };
  say();
  say(`- p99 without: ${spread("without")}; beside: ${spread("beside")}`);
  say();
}

if (parts.includes("large")) {
  const seconds = await measureLarge(3);
  raw["large"] = seconds;
  const at = (name: string): number => median(seconds[name] ?? []);
  for (const [name, found] of Object.entries(seconds)) {
    say(`- ${name}: ${at(name).toFixed(2)} s (${found.map((one) => one.toFixed(2)).join(", ")})`);
  }
  const limit = Math.max(at("PUT 256 MiB: MD5 alone"), at("PUT 256 MiB: dd conv=fdatasync"));
  sayRatio("PUT 256 MiB beside the slower of MD5 and dd", limit / at("PUT 256 MiB: ossicle"), 0.8);
  sayRatio("GET 256 MiB beside nginx", at("GET 256 MiB: nginx") / at("GET 256 MiB: ossicle"), 0.5);
  say();
}

if (parts.includes("list")) {
  const figures = await measureList(1_000_000, 40);
  raw["list"] = figures;
  say(
    `- list 1,000 of ${figures.keys} keys: ${figures.ossicle.toFixed(0)} pages/s, LMDB alone ${figures.adapter.toFixed(0)}`,
  );
  sayRatio("listing beside LMDB's own read", figures.ossicle / figures.adapter, 0.2);
  say();
}

if (parts.includes("growth")) {
  const upload = await measureParts(1_024);
  const figures = await measureGrowth([10_000, 100_000, 1_000_000], 20);
  raw["growth"] = { upload, figures };
  say(
    `- ${upload.mebibytes} MiB in ${upload.parts} parts, four at a time: ${upload.total.toFixed(2)} s, its completion ${(upload.completion * 1_000).toFixed(1)} ms`,
  );
  say();
  say(
    "| keys in the bucket | 1,000 prefixes, ms | 1,000 keys deleted, ms | versioned overwrite, ms |",
  );
  say("| ---: | ---: | ---: | ---: |");
  for (const { keys, prefixPage, deletion, versionedOverwrite } of figures) {
    say(
      `| ${keys} | ${prefixPage.toFixed(1)} | ${deletion.toFixed(1)} | ${versionedOverwrite.toFixed(2)} |`,
    );
  }
  say();
}

if (parts.includes("start")) {
  const figures = await measureStart(5);
  raw["start"] = figures;
  say(`- from process start to healthy: ${figures.healthySeconds.toFixed(2)} s (goal 0.3)`);
  say(`- idle memory: ${figures.idleMebibytes.toFixed(0)} MiB (goal 100 MB)`);
  say(`- importing the client: ${figures.importClientMs.toFixed(1)} ms (goal 15)`);
  say(`- the demo: ${figures.demoSeconds.toFixed(2)} s (goal 3)`);
  say();
}

if (parts.includes("aged")) {
  const figures = await measureAged();
  raw["aged"] = figures;
  say(
    "| bodies, overwritten in turn | first time, per second | fifth time | bodies, MiB | file, MiB |",
  );
  say("| --- | ---: | ---: | ---: | ---: |");
  for (const one of figures) {
    const speeds = `${Math.round(one.young)} | ${Math.round(one.old)}`;
    say(
      `| ${one.name} | ${speeds} | ${one.bodyMebibytes.toFixed(0)} | ${one.fileMebibytes.toFixed(0)} |`,
    );
  }
  say();
}

if (parts.includes("profile")) {
  const profiles = await measureProfiles(10);
  raw["profile"] = profiles;
  for (const { name, perSecond, mainMicros, otherMicros, parts: shares, functions } of profiles) {
    say(`## ${name}: ${Math.round(perSecond)} a second with the profiler`);
    say();
    say(
      `Processor time: ${mainMicros.toFixed(0)} µs on the main thread, ${otherMicros.toFixed(0)} on others.`,
    );
    say();
    say("| part of the main thread's busy time | % |");
    say("| --- | ---: |");
    for (const [part, share] of shares) say(`| ${part} | ${(share * 100).toFixed(1)} |`);
    say();
    say("| function | % |");
    say("| --- | ---: |");
    for (const [one, share] of functions) say(`| ${one} | ${(share * 100).toFixed(1)} |`);
    say();
  }
}

if (parts.includes("inline")) {
  const sizes = [1_024, 4_096, 8_192, 16_384, 32_768, 65_536];
  const figures = await measureInline(sizes, { overwrites: 300_000, seconds: 3 });
  raw["inline"] = figures;
  say("| body | in the commit, per second | in a file, per second |");
  say("| ---: | ---: | ---: |");
  for (const { sizeBytes, inline, file } of figures) {
    say(`| ${sizeBytes / 1_024} KiB | ${Math.round(inline)} | ${Math.round(file)} |`);
  }
  say();
}

const folder = join(root, "bench", "results");
await mkdir(folder, { recursive: true });
const name = parts.join("-");
await writeFile(join(folder, `${name}.md`), `${lines.join("\n")}\n`);
await writeFile(join(folder, `${name}.json`), `${JSON.stringify(raw, undefined, 1)}\n`);
