// The packed packages, installed in empty folders under each supported version of Node.
import { execFile, execFileSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, delimiter, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { installNode, nodeVersions } from "./node-versions.ts";
import { packAll, type Registry, serveRegistry } from "./pack.ts";

/** What an installation of the program may take, in MB. */
const mostInstalledMb = 40;

const run = promisify(execFile);
let folder: string;
let registry: Registry;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "ossicle-installed-"));
  packAll(folder);
  registry = await serveRegistry(folder);
}, 120_000);
afterAll(() => {
  registry.close();
  rmSync(folder, { recursive: true });
});

function tarball(): string {
  const name = readdirSync(folder).find((one) => /^ossicle-\d/.test(one));
  return join(folder, name ?? "");
}

function emptyFolder(name: string): string {
  const path = join(folder, name);
  mkdirSync(path);
  writeFileSync(join(path, "package.json"), '{ "type": "module", "private": true }');
  return path;
}

// npm runs under the Node that is first in the path, as it does for its users.
function environmentOf(version: string): NodeJS.ProcessEnv {
  const path = [installNode(version), process.env["PATH"]].join(delimiter);
  return { ...process.env, PATH: path, npm_config_audit: "false", npm_config_fund: "false" };
}

async function npm(cwd: string, env: NodeJS.ProcessEnv, ...args: string[]): Promise<string> {
  return (await run("npm", args, { cwd, env })).stdout;
}

function bytesOf(path: string): number {
  const [kilobytes] = execFileSync("du", ["-sk", path], { encoding: "utf8" }).split("\t");
  return Number(kilobytes) * 1_024;
}

test.each(nodeVersions)(
  "the program installs alone and runs the demo under Node %s",
  { timeout: 240_000 },
  async (version) => {
    const [env, cwd] = [environmentOf(version), emptyFolder(`program-${version}`)];
    await npm(cwd, env, "install", tarball());
    expect(bytesOf(cwd)).toBeLessThan(mostInstalledMb * 1_000_000);
    expect(readdirSync(join(cwd, "node_modules", "ossicle"))).toContain("LICENSE");
    const output = await npm(cwd, env, "exec", "ossicle", "demo");
    expect(output).toContain('"saved":"exampledir/exampleobject.txt"');
  },
);

test.each(nodeVersions)(
  "an application of client, kit and server runs under Node %s",
  { timeout: 240_000 },
  async (version) => {
    const [env, cwd] = [environmentOf(version), emptyFolder(`packages-${version}`)];
    const names = ["client", "kit", "server"].map((name) => `@ossicle/${name}`);
    await npm(cwd, env, "install", `--@ossicle:registry=${registry.url}`, ...names);
    cpSync(new URL("application.mjs", import.meta.url), join(cwd, "application.mjs"));
    const { stdout } = await run("node", ["application.mjs"], { cwd, env });
    expect(stdout).toContain(`v${version}`);
    expect(stdout).toContain('{"saved":"a"}');
  },
);

test("npx runs the demo from the packed program", { timeout: 240_000 }, async () => {
  const program = `./${basename(tarball())}`; // npx runs an absolute path as a command
  const { stdout } = await run("npx", ["--yes", program, "demo"], { cwd: folder });
  expect(stdout).toContain('"saved":"exampledir/exampleobject.txt"');
});

test("the bill of materials names what is bundled, with a licence each", () => {
  const bundle = new URL("../../../packages/cli/dist/bundle/", import.meta.url);
  const bill = JSON.parse(readFileSync(new URL("sbom.cdx.json", bundle), "utf8")) as {
    readonly components: readonly { readonly name: string; readonly licenses: readonly object[] }[];
  };
  const licences = readFileSync(new URL("licenses.txt", bundle), "utf8");
  const bundled = licences.split("\n----\n\n").map((text) => text.split("\n", 1)[0]);
  const named = bill.components.map(({ name }) => name);
  expect(bundled.length).toBeGreaterThan(30);
  expect(named).toEqual(expect.arrayContaining([...bundled, "lmdb", "pino"]));
  const without = bill.components.filter(({ licenses }) => licenses.length === 0);
  expect(without).toEqual([]);
});
