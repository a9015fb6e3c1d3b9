// Programs that check files, in an environment of Python below .cache.
import { spawnSync, type SpawnSyncOptions } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../../..");

/** Folder of the environment. */
export const programs: string = join(root, ".cache", "deploy");

/** Installs the programs. */
export function preparePrograms(): void {
  const python = join(programs, "bin", "python");
  if (!existsSync(python)) run("python3", ["-m", "venv", programs]);
  run(python, ["-m", "pip", "install", "-q", "-r", join(here, "requirements.txt")]);
}

/** Runs a program in the repository. Returns what it prints. Throws when it fails. */
export function run(
  program: string,
  args: readonly string[],
  options: SpawnSyncOptions = {},
): string {
  const all = { cwd: root, ...options, encoding: "utf8" } as const;
  const { status, stdout, stderr } = spawnSync(program, args, all);
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}\n${stdout}${stderr}`);
  return stdout + stderr;
}

/** Checks files by a schema that check-jsonschema brings. */
export function checkSchema(schema: string, ...files: readonly string[]): string {
  return run(join(programs, "bin", "check-jsonschema"), ["--builtin-schema", schema, ...files]);
}
