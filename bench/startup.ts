// Starting: to the first healthy answer on an existing folder, idle memory, importing the client, the demo.
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median, output, root } from "./process.ts";
import { startOssicle } from "./small.ts";

/** Medians. */
export interface StartFigures {
  readonly healthySeconds: number;
  readonly idleMebibytes: number;
  readonly importClientMs: number;
  readonly demoSeconds: number;
}

/** Measures. */
export async function measureStart(rounds: number): Promise<StartFigures> {
  const folder = await mkdtemp(join(tmpdir(), "ossicle-bench-"));
  const data = join(folder, "data");
  const port = 22_000 + (process.pid % 10_000);
  try {
    const first = await startOssicle(data, ["--workers", "1"]);
    await new Promise((resolve) => {
      setTimeout(resolve, 3_000);
    });
    const status = await readFile(`/proc/${first.pid}/status`, "utf8");
    await first.stop();
    const healthy: number[] = [];
    for (let round = 0; round < rounds; round += 1) healthy.push(await untilHealthy(data, port));
    const imports = Array.from({ length: rounds }, () =>
      Number(
        output(process.execPath, [
          "--input-type=module",
          "-e",
          'const t = performance.now(); await import("@ossicle/client"); process.stdout.write(String(performance.now() - t));',
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
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function untilHealthy(data: string, port: number): Promise<number> {
  const startedAt = performance.now();
  const child = spawn(
    process.execPath,
    [
      "packages/cli/dist/bundle/ossicle.js",
      "serve",
      "--data",
      data,
      "--port",
      String(port),
      "--workers",
      "1",
      "--log-level",
      "warn",
    ],
    { cwd: root, stdio: "ignore" },
  );
  for (;;) {
    try {
      const { status } = await fetch(`http://127.0.0.1:${port}/_ossicle/health`);
      if (status === 200) break;
    } catch {
      await new Promise((resolve) => {
        setTimeout(resolve, 2);
      });
    }
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  child.kill("SIGTERM");
  await new Promise((resolve) => {
    child.once("exit", resolve);
  });
  return seconds;
}
