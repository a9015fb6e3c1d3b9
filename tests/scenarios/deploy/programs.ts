// Programs that check files, in environments of Python below .cache.
import { spawnSync, type SpawnSyncOptions } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../../..");

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

/** An environment of Python with the programs. Test files run at a time, so each has its own. */
export class Programs {
  readonly folder: string;

  constructor(name: string) {
    this.folder = join(root, ".cache", name);
  }

  /** Installs the programs. */
  prepare(): void {
    const python = this.path("python");
    if (!existsSync(python)) run("python3", ["-m", "venv", this.folder]);
    run(python, ["-m", "pip", "install", "-q", "-r", join(here, "requirements.txt")]);
  }

  /** The path of a program. */
  path(name: string): string {
    return join(this.folder, "bin", name);
  }

  /** Checks files by a schema that check-jsonschema brings. */
  checkSchema(schema: string, ...files: readonly string[]): string {
    return run(this.path("check-jsonschema"), ["--builtin-schema", schema, ...files]);
  }
}
