// The files in .github, checked by their schemas and by actionlint, and what a release does.
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { createClient } from "@ossicle/client";
import { beforeAll, expect, test } from "vitest";
import { freePort } from "../../../scripts/free-port.ts";
import { published } from "../installed/pack.ts";
import { Programs, run } from "./programs.ts";

const root = join(dirname(fileURLToPath(import.meta.url)), "../../..");
const programs = new Programs("deploy-github");
const actionlint = programs.path("actionlint");

beforeAll(() => {
  programs.prepare();
  if (existsSync(actionlint)) return;
  const env = { ...process.env, GOBIN: join(programs.folder, "bin") };
  run("go", ["install", "github.com/rhysd/actionlint/cmd/actionlint@v1.7.7"], { env });
}, 240_000);

test("the workflows follow GitHub's schema, and actionlint has no complaint", () => {
  const names = ["ci", "docs", "release"].map((name) => `.github/workflows/${name}.yml`);
  expect(programs.checkSchema("vendor.github-workflows", ...names)).toContain("validation done");
  expect(run(actionlint, names)).toBe("");
});

test("the file of updates follows Dependabot's schema", () => {
  expect(programs.checkSchema("vendor.dependabot", ".github/dependabot.yml")).toContain(
    "validation done",
  );
});

test("the action starts a store, and exports what the steps that follow need", async () => {
  expect(
    programs.checkSchema("vendor.github-actions", "deploy/github-action/action.yml"),
  ).toContain("done");
  const folder = mkdtempSync(join(tmpdir(), "ossicle-action-"));
  let server: number | undefined;
  try {
    const packing = {
      cwd: join(root, "packages/cli"),
      env: { ...process.env, OSSICLE_BUILT: "1" },
    };
    run("npm", ["pack", "--pack-destination", folder], packing);
    const [output, exported] = [join(folder, "output"), join(folder, "env")];
    const env = {
      ...process.env,
      OSSICLE_VERSION: join(folder, "ossicle-0.1.0.tgz"),
      OSSICLE_PORT: String(await freePort()),
      GITHUB_OUTPUT: output,
      GITHUB_ENV: exported,
      RUNNER_TEMP: folder,
    };
    run(join(root, "deploy/github-action/start.sh"), [], { env });
    const values = new Map(
      readFileSync(exported, "utf8")
        .trim()
        .split("\n")
        .map((line) => line.split(/=(.*)/s) as [string, string]),
    );
    server = Number(values.get("OSSICLE_PID"));
    const client = createClient({
      endpoint: values.get("OSS_ENDPOINT") ?? "",
      region: values.get("OSS_REGION") ?? "",
      credentials: {
        accessKeyId: values.get("OSS_ACCESS_KEY_ID") ?? "",
        accessKeySecret: values.get("OSS_ACCESS_KEY_SECRET") ?? "",
      },
    });
    expect((await client.putBucket({ bucket: "examplebucket" })).location).toBe("/examplebucket");
    expect(readFileSync(output, "utf8")).toBe(`endpoint=${values.get("OSS_ENDPOINT")}\n`);
  } finally {
    if (server !== undefined) process.kill(server, "SIGTERM");
    rmSync(folder, { recursive: true, maxRetries: 20 });
  }
}, 120_000);

test("a release raises the versions of all packages together, with notes", () => {
  const folder = mkdtempSync(join(tmpdir(), "ossicle-release-"));
  try {
    run("git", ["clone", "--quiet", root, folder]);
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    cpSync(join(root, ".changeset"), join(folder, ".changeset"), { recursive: true });
    writeFileSync(
      join(folder, ".changeset/a-change.md"),
      '---\n"@ossicle/client": minor\n---\n\nA change.\n',
    );
    const changeset = join(root, "node_modules/.bin/changeset");
    const { status, stderr } = spawnSync(changeset, ["version"], { cwd: folder, encoding: "utf8" });
    expect([status, stderr]).toEqual([0, expect.anything()]);
    const read = (path: string): string => readFileSync(join(folder, path), "utf8");
    run(process.execPath, ["--import", "tsx", "scripts/stamp-version.ts"], { cwd: folder });
    expect(read("deploy/helm/ossicle/Chart.yaml")).toContain("\nappVersion: 0.2.0\n");
    expect(read("deploy/compose.yaml")).toContain("image: ossicle:0.2.0");
    expect(read("deploy/dev-container/ossicle/install.sh")).toContain("VERSION:-0.2.0");
    for (const name of published) {
      expect(read(`packages/${name}/package.json`), name).toContain('"version": "0.2.0"');
    }
    expect(read("tests/scenarios/package.json")).toContain('"@ossicle/client": "0.2.0"');
    expect(read("packages/client/CHANGELOG.md")).toContain("- A change.");
  } finally {
    rmSync(folder, { recursive: true });
  }
});
