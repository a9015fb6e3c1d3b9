// Podman, with settings of its own below .cache.
import { spawnSync, type SpawnSyncOptions } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository. */
export const root: string = fileURLToPath(new URL("../..", import.meta.url));

/** Where the settings and what is made for the tests are kept. */
export const folder: string = join(root, ".cache", "containers");

/** The image that the tests build from deploy/Dockerfile. */
export const image = "localhost/ossicle:0.1.0";

/** The image with Node that it is built on. */
export const nodeImage = "localhost/ossicle-test-node:24";

const configuration = join(folder, "containers.conf");

/** The environment of Podman, and of programs that call it. */
export const environment: NodeJS.ProcessEnv = {
  ...process.env,
  CONTAINERS_CONF: configuration,
};

/** Limits of open files and of processes in a container: more than the tests need. */
const limits = { nofile: 10_000, nproc: 4_096 } as const;

/**
 * Writes the settings. By default, Podman gives containers higher limits than its own, which not
 * every machine allows.
 */
export function configure(): void {
  const ulimits = Object.entries(limits).map(([name, limit]) => `"${name}=${limit}:${limit}"`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    configuration,
    [
      "[containers]",
      `default_ulimits = [${ulimits.join()}]`,
      "[engine]",
      'runtime = "runc"',
      "",
    ].join("\n"),
  );
}

/** Runs a program. Returns what it prints. Throws when it fails. */
export function run(
  program: string,
  args: readonly string[],
  options: SpawnSyncOptions = {},
): string {
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd: root,
    env: environment,
    maxBuffer: 64 * 1024 * 1024,
    ...options,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}\n${stdout}${stderr}`);
  return stdout.trim();
}

/** Runs a command of Podman. Arguments that belong together can be given as a list. */
export function podman(...args: readonly (string | readonly string[])[]): string {
  return run("podman", args.flat());
}
