// Folders that are made for a store: with their parents, for their owner alone. The power cuts
// check that their names are durable (tests/scenarios/power-cut, the toy program `remade`).
import { mkdir, mkdtemp, rm, stat, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { afterAll, expect, test } from "vitest";
import { makeFolder } from "./folder-sync.ts";

const root = await mkdtemp(join(tmpdir(), "ossicle-folders-"));
afterAll(() => rm(root, { recursive: true }));

async function modeOf(folder: string): Promise<number> {
  const found = await stat(resolve(folder));
  expect(found.isDirectory()).toBe(true);
  return found.mode & 0o777;
}

test.each([
  ["a path with missing parents", () => join(root, "a", "b", "c")],
  ["a relative path", () => relative(process.cwd(), join(root, "relative", "d"))],
  ["a path with a slash at its end", () => `${join(root, "slash")}/`],
  ["a path with dots", () => `${root}/x/../dotted/e`],
])("makeFolder makes %s for its owner alone, and may be repeated", async (_name, path) => {
  for (let times = 0; times < 2; times += 1) {
    await makeFolder(path());
    expect(await modeOf(path())).toBe(0o700);
  }
});

test("makeFolder leaves an existing folder as it is, also behind a symbolic link", async () => {
  await mkdir(join(root, "real", "deep"), { recursive: true, mode: 0o755 });
  await symlink(join(root, "real"), join(root, "link"));
  await makeFolder(join(root, "link", "deep"));
  expect(await modeOf(join(root, "real", "deep"))).toBe(0o755);
  await makeFolder(join(root, "link", "new", "deeper"));
  expect(await modeOf(join(root, "real", "new", "deeper"))).toBe(0o700);
});

test("makeFolder fails where a file stands in the way", async () => {
  await expect(makeFolder(join(import.meta.filename, "a"))).rejects.toThrow(/ENOTDIR/);
});
