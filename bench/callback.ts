// Compares PUT with callback with a bare pair of servers that signs, connects and posts as much,
// and with our own PUT without callback.
import { join } from "node:path";
import { type LoadResult, run } from "./load.ts";
import { inFolder, type Running, start } from "./process.ts";
import { perSecondOf, type Report } from "./report.ts";
import { type Figure, figureOf } from "./small.ts";
import { startOssicle } from "./stores.ts";

const rounds = 3;
const seconds = 4;

interface Case {
  readonly name: string;
  readonly running: Running;
  readonly signing: "V4" | "none";
  readonly calls: boolean;
}

/** Measures at 64 connections and at one. */
export async function benchCallback(report: Report): Promise<readonly Figure[]> {
  const figures = await inFolder(measure);
  report.figures(figures);
  const at = (name: string): number =>
    perSecondOf(figures, `PUT 4 KiB with callback, 64 connection(s): ${name}`);
  report.ratio(
    "a connection a callback, beside the bare pair",
    at("ossicle, a connection a callback") / at("bare pair"),
    0.5,
  );
  report.ratio(
    "kept-alive callbacks, beside our plain PUT",
    at("ossicle, kept-alive callbacks") / at("ossicle, no callback"),
    0.5,
  );
  report.ratio(
    "kept-alive callbacks with a key of 1,024 bits, beside our plain PUT",
    at("ossicle, kept-alive, 1,024 bits") / at("ossicle, no callback"),
    0.5,
  );
  return figures;
}

async function measure(folder: string): Promise<readonly Figure[]> {
  const application = await start(["bench/targets/application.mjs"]);
  const close = await startOssicle(join(folder, "close"));
  const keep = await startOssicle(join(folder, "keep"), ["--callback-connections", "keep-alive"]);
  const short = await startOssicle(join(folder, "short"), [
    "--callback-connections=keep-alive",
    "--callback-key-bits=1024",
  ]);
  const bare = await start(["bench/targets/bare.mjs"], { BARE_CALLBACK: application.url });
  const cases: readonly Case[] = [
    { name: "ossicle, a connection a callback", running: close, signing: "V4", calls: true },
    { name: "ossicle, kept-alive callbacks", running: keep, signing: "V4", calls: true },
    { name: "ossicle, kept-alive, 1,024 bits", running: short, signing: "V4", calls: true },
    { name: "ossicle, no callback", running: close, signing: "V4", calls: false },
    { name: "bare pair", running: bare, signing: "none", calls: true },
  ];
  const results = new Map<string, LoadResult[]>();
  for (let round = 0; round <= rounds; round += 1) {
    for (const connections of [64, 1]) {
      for (const { name, running, signing, calls } of cases) {
        const result = await run({
          url: running.url,
          method: "PUT",
          sizeBytes: 4_096,
          requests: 10_000,
          signing,
          seconds,
          connections,
          ...(calls ? { callbackUrl: application.url } : {}),
        });
        if (round === 0) continue; // warms up
        const title = `PUT 4 KiB with callback, ${connections} connection(s): ${name}`;
        results.set(title, [...(results.get(title) ?? []), result]);
      }
    }
  }
  return [...results].map(([name, found]) => figureOf(name, found));
}
