// Measures the start until the first healthy answer on an existing folder, idle memory, the import
// of the client, and the demo.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { inFolder, median, output, untilHealthy } from "./process.ts";
import type { Report } from "./report.ts";
import { serve, startOssicle } from "./stores.ts";

/** Medians; idle memory is measured once. */
interface StartFigures {
  readonly healthySeconds: number;
  readonly idleMebibytes: number;
  readonly importClientMs: number;
  readonly demoSeconds: number;
}

/** Measures five rounds. */
export async function benchStart(report: Report): Promise<StartFigures> {
  const figures = await inFolder((folder) => measure(join(folder, "data"), 5));
  const { healthySeconds, idleMebibytes, importClientMs, demoSeconds } = figures;
  report.say(`- from process start to healthy: ${healthySeconds.toFixed(2)} s (goal 0.3)`);
  report.say(`- idle memory: ${idleMebibytes.toFixed(0)} MiB (goal 100 MB)`);
  report.say(`- importing the client: ${importClientMs.toFixed(1)} ms (goal 15)`);
  report.say(`- the demo: ${demoSeconds.toFixed(2)} s (goal 3)`);
  return figures;
}

async function measure(data: string, rounds: number): Promise<StartFigures> {
  const first = await startOssicle(data, ["--workers", "1"]);
  await new Promise((resolve) => {
    setTimeout(resolve, 3_000);
  });
  const status = await readFile(`/proc/${first.pid}/status`, "utf8");
  await first.stop();
  const healthy: number[] = [];
  for (let round = 0; round < rounds; round += 1) healthy.push(await secondsToHealthy(data));
  const imports = Array.from({ length: rounds }, () =>
    Number(
      output(process.execPath, [
        "--input-type=module",
        "-e",
        'const t = performance.now(); await import("@ossicle/client"); ' +
          "process.stdout.write(String(performance.now() - t));",
      ]),
    ),
  );
  const demos = Array.from({ length: rounds }, () => {
    const startedAt = performance.now();
    output(process.execPath, ["packages/cli/dist/bundle/ossicle.js", "demo"]);
    return (performance.now() - startedAt) / 1_000;
  });
  return {
    healthySeconds: median(healthy),
    idleMebibytes: Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1_024,
    importClientMs: median(imports),
    demoSeconds: median(demos),
  };
}

async function secondsToHealthy(data: string): Promise<number> {
  const startedAt = performance.now();
  const store = await serve(data, ["--workers", "1"]);
  await untilHealthy(`${store.url}/_ossicle/health`);
  const seconds = (performance.now() - startedAt) / 1_000;
  await store.stop();
  return seconds;
}
