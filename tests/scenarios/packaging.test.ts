// The packages as npm uses them. It can link the command before it is built, and it packs no
// package without a build.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const packages = readdirSync(join(root, "packages"));

interface Manifest {
  readonly bin?: Readonly<Record<string, string>>;
  readonly scripts?: Readonly<Record<string, string>>;
}

function manifestOf(name: string): Manifest {
  return JSON.parse(readFileSync(join(root, "packages", name, "package.json"), "utf8")) as Manifest;
}

test("the command's launcher is committed, and runs the built program", () => {
  const launcher = manifestOf("cli").bin?.["ossicle"] ?? "";
  const path = join("packages/cli", launcher);
  const tracked = spawnSync("git", ["ls-files", path], { cwd: root, encoding: "utf8" });
  expect(tracked.stdout.trim()).toBe(path);
  const { status, stdout } = spawnSync(join(root, path), ["--version"], { encoding: "utf8" });
  expect([status, stdout]).toEqual([0, expect.stringMatching(/^\d+\.\d+\.\d+/)]);
});

test("npm links the launcher: the lock file names it too", () => {
  const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
    readonly packages: Readonly<Record<string, Manifest>>;
  };
  const [linkedTo, launcher] = [lock.packages["packages/cli"] ?? {}, manifestOf("cli")].map(
    ({ bin }) => normalize(bin?.["ossicle"] ?? ""),
  );
  expect(linkedTo).toBe(launcher);
  const link = join(root, "node_modules/.bin/ossicle");
  const linked = spawnSync(link, ["--version"], { encoding: "utf8" });
  expect([linked.status, linked.stdout]).toEqual([0, expect.stringMatching(/^\d+\.\d+\.\d+/)]);
});

test("the launcher says what is missing when nothing is built", () => {
  const folder = mkdtempSync(join(tmpdir(), "ossicle-launcher-"));
  try {
    cpSync(join(root, "packages/cli/bin"), join(folder, "bin"), { recursive: true });
    const launcher = join(folder, "bin/ossicle.mjs");
    const { status, stderr } = spawnSync(process.execPath, [launcher], { encoding: "utf8" });
    expect(status).toBe(1);
    expect(stderr).toContain("npm run build");
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.each(packages)("%s builds itself before it is packed", (name) => {
  const script = manifestOf(name).scripts?.["prepack"] ?? "";
  const [, program = ""] = /^node (\S+)$/.exec(script) ?? [];
  expect(existsSync(join(root, "packages", name, program))).toBe(true);
});
