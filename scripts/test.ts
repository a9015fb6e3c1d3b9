// `npm test`: runs static checks, every test, and the foreign SDKs against the built server, and
// prints a table and a total. Suites that need a program that this machine lacks are skipped.
import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { startThreeNodes } from "../tests/conformance/three-nodes.ts";
import { prepareSdks, provide } from "../tests/conformance/prepare.ts";
import { checkAll } from "./check.ts";
import { report, root, run, type Tally } from "./steps.ts";

interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

async function vitest(suite: string, args: readonly string[]): Promise<Tally> {
  process.stdout.write(`\n── ${suite}\n`);
  const file = join(root, ".cache", `${suite.replaceAll(" ", "-")}.json`);
  const outputs = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
  await rm(file, { force: true }); // an earlier run may have left one
  const code = await run("npx", ["vitest", "run", ...outputs, ...args]);
  const found = await readFile(file, "utf8").then(
    (text) => JSON.parse(text) as VitestReport,
    () => undefined, // vitest ended before it wrote the report
  );
  if (found === undefined || found.numPassedTests + found.numFailedTests === 0) {
    const failures = [`vitest ran no test, and exited with ${code}`];
    return { suite, passed: 0, failed: 1, skipped: 0, failures };
  }
  // A test file that cannot be loaded counts no failed test, so the exit code decides.
  const failed = found.numFailedTests === 0 && code !== 0 ? 1 : found.numFailedTests;
  const failures = failed === 0 ? [] : failuresOf(found);
  return { suite, passed: found.numPassedTests, failed, skipped: found.numPendingTests, failures };
}

// Runs the stories of an SDK, unless something is missing.
async function withSdk(suite: string, file: string, missing: string | undefined): Promise<Tally> {
  if (missing !== undefined) return { suite, passed: 0, failed: 0, skipped: 1, note: missing };
  return vitest(suite, ["--config", "tests/conformance/vitest.config.ts", file]);
}

/** Most lines of a failed test's message that are shown. */
const maxReasonLines = 12;

// The argument that names a suite's path. vitest looks for it in each path, and the name
// of one folder may be the beginning of another's.
function pathArgument(path: string): string {
  return path.endsWith(".ts") ? path : `${path}/`;
}

// Lists the failed tests with their messages, so that the end of the log shows them.
function failuresOf({ testResults }: VitestReport): readonly string[] {
  const shorten = (text: string): string => text.split("\n").slice(0, maxReasonLines).join("\n");
  return testResults.flatMap(({ name, message, assertionResults }) => {
    const failed = assertionResults.filter(({ status }) => status === "failed");
    if (failed.length === 0 && message !== "") return [`${name}: ${shorten(message)}`];
    return failed.map(
      ({ fullName, failureMessages }) =>
        `${name}: ${fullName}\n${shorten(failureMessages.join("\n"))}`,
    );
  });
}

const postgres = { "/usr/lib/postgresql/*/bin/postgres": "postgresql" };
const ceph = {
  "ceph-mon": "ceph-mon",
  "ceph-mgr": "ceph-mgr",
  "ceph-osd": "ceph-osd",
  radosgw: "radosgw",
  ceph: "ceph-common",
};
const swift = {
  "swift-ring-builder": "swift",
  "swift-proxy-server": "swift-proxy",
  "swift-account-server": "swift-account",
  "swift-container-server": "swift-container",
  "swift-object-server": "swift-object",
  memcached: "memcached",
};

/** Suites that need programs, with the Debian packages that provide them. */
const suites = [
  { suite: "power cuts", paths: ["tests/scenarios/power-cut"], needs: { gcc: "gcc libc6-dev" } },
  {
    suite: "PostgreSQL",
    paths: ["packages/store/src/postgres", "tests/scenarios/cluster"],
    needs: { ...postgres, pgbouncer: "pgbouncer", haproxy: "haproxy" },
  },
  {
    suite: "Ceph",
    paths: ["packages/store/src/s3/ceph.test.ts", "tests/scenarios/cluster-faults"],
    needs: { ...postgres, ...ceph },
  },
  {
    suite: "proxies",
    paths: ["tests/scenarios/proxies"],
    needs: { nginx: "nginx", caddy: "caddy" },
  },
  { suite: "console", paths: ["tests/scenarios/console"], needs: { chromium: "chromium" } },
  {
    suite: "deployment files",
    paths: ["tests/scenarios/deploy"],
    needs: {
      python3: "python3-venv",
      curl: "curl",
      haproxy: "haproxy",
      go: "golang-go",
      "systemd-analyze": "systemd",
    },
  },
  { suite: "Swift", paths: ["packages/store/src/s3/swift.test.ts"], needs: swift },
];

await mkdir(join(root, ".cache"), { recursive: true });
const tallies: Tally[] = [...(await checkAll())];
const install = process.env["OSSICLE_TEST_INSTALL"] === "1";
tallies.push(
  await vitest(
    "tests",
    suites.flatMap(({ paths }) =>
      paths.flatMap((one) => ["--exclude", one, "--exclude", `${one}/**`]),
    ),
  ),
);
for (const { suite, paths, needs } of suites) {
  const lacking = provide(needs, { install });
  const note = `this machine lacks ${lacking.join(" and ")}`;
  tallies.push(
    lacking.length === 0
      ? await vitest(suite, paths.map(pathArgument))
      : { suite, passed: 0, failed: 0, skipped: 1, note },
  );
}
const sdks = await prepareSdks({ install });
for (const { name, file, ready, missing = "" } of sdks) {
  tallies.push(await withSdk(`with ${name}`, file, ready ? undefined : missing));
}
const lacking = provide({ ...postgres, ...ceph, haproxy: "haproxy" }, { install });
if (lacking.length === 0) {
  const config = ["--config", "tests/scenarios/vitest.cluster.config.ts"];
  tallies.push(await vitest("three nodes with scenarios", config));
}
const nodes = lacking.length === 0 ? await startThreeNodes() : undefined;
Object.assign(process.env, nodes?.env);
for (const { name, file, ready, missing = "" } of sdks.filter(({ tellsStories }) => tellsStories)) {
  const lacks = ready ? lacking.map((program) => `this machine lacks ${program}`)[0] : missing;
  tallies.push(await withSdk(`three nodes with ${name}`, file, lacks));
}
await nodes?.stop();
process.exitCode = report(tallies);
