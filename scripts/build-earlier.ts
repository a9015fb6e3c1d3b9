// Builds an earlier commit, so that tests and benchmarks can run it beside this one.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** The built command line in the folder of a build. */
export function programOf(build: string): string {
  return join(build, "packages/cli/dist/bundle/ossicle.js");
}

/** The folder with the build of a commit. It is built once, in `.cache/earlier`. */
export function buildEarlier(commit: string): string {
  const folder = join(root, ".cache", "earlier", commit);
  if (existsSync(programOf(folder))) return folder;
  mkdirSync(join(root, ".cache", "earlier"), { recursive: true });
  const run = (command: string, ...args: readonly string[]): void => {
    execFileSync(command, args, { stdio: ["ignore", "ignore", "inherit"] });
  };
  run("git", "clone", "--quiet", "--no-checkout", root, folder);
  run("git", "-C", folder, "checkout", "--quiet", commit);
  run("npm", "--prefix", folder, "run", "build");
  return folder;
}
