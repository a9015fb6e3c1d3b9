// Other versions of Node, from the npm package `node`.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const cache = fileURLToPath(new URL("../../../.cache", import.meta.url));

/** The supported versions: the oldest, and the newest of each later line that is kept up. */
export const nodeVersions = ["20.19.0", "22", "24", "26"] as const;

/** The folder of a Node's program. It is installed once. */
export function installNode(version: string): string {
  const folder = join(cache, `node-${version}`);
  const programs = join(folder, "node_modules", "node", "bin");
  if (!existsSync(join(programs, "node"))) {
    mkdirSync(folder, { recursive: true });
    // Its install script puts the program of this platform in place.
    const args = ["install", "--prefix", folder, "--no-save", "--no-audit", `node@${version}`];
    execFileSync("npm", args, { stdio: "ignore" });
  }
  return programs;
}
