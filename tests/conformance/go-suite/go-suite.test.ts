// Runs the Go SDK v2's own integration tests, unmodified, from the SDK's module, under V1 and V4.
// exceptions.json names the tests that are left out, and why. Each test runs in a process of its
// own, with a bucket prefix of its own, against the built server.
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { openTarget, type Target } from "../harness.ts";
import { programs } from "../prepare.ts";
import exceptions from "./exceptions.json" with { type: "json" };

/**
 * How many tests run at a time. They spend most of their time in pauses that allow for OSS's
 * delays.
 */
const parallel = 4;

/** Longest time of one test, in milliseconds. */
const timeoutMs = 120_000;

/** Tests that change a setting of the whole account. They run by themselves, after the others. */
const accountTests: ReadonlySet<string> = new Set(["TestPublicAccessBlock"]);

interface Outcome {
  readonly ok: boolean;
  readonly output: string;
}

const known: Readonly<Record<string, string>> = exceptions;
const target = await openTarget(["--restore-delay", "15"]);
afterAll(() => target.close());
const names = (await run(["-test.list", "."], target, "v4")).output
  .split("\n")
  .filter((name) => /^Test\w+$/.test(name));
const integration = new Set(await integrationTests());
const asked = names.filter((name) => integration.has(name) && known[name] === undefined);
const outcomes = new Map<string, Outcome>();
await runAll(
  asked.filter((name) => !accountTests.has(name)),
  parallel,
);
await runAll(
  asked.filter((name) => accountTests.has(name)),
  1,
);

describe.each(["v1", "v4"])("the Go SDK v2's own tests under %s", (version) => {
  test.each(asked)("%s", (name) => {
    const outcome = outcomes.get(`${version} ${name}`);
    expect(outcome?.ok, outcome?.output.slice(-4_000)).toBe(true);
  });
});

test("every exception names a test of the suite", () => {
  expect(Object.keys(known).filter((name) => !integration.has(name))).toEqual([]);
  expect(asked.length).toBeGreaterThan(60);
});

async function runAll(tests: readonly string[], atATime: number): Promise<void> {
  const queue = (["v1", "v4"] as const).flatMap((version) =>
    tests.map((name) => ({ version, name })),
  );
  await Promise.all(
    Array.from({ length: atATime }, async () => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const { version, name } = next;
        outcomes.set(`${version} ${name}`, await run(["-test.run", `^${name}$`], target, version));
      }
    }),
  );
}

// The binary also holds the module's unit tests. The sources show which tests are integration
// tests.
async function integrationTests(): Promise<string[]> {
  const { output } = await run(["-test.list", "."], target, "v4");
  const all = new Set(output.split("\n"));
  const { stdout } = await new Promise<{ stdout: string }>((resolve, reject) => {
    execFile(
      "sh",
      [
        "-c",
        "grep -ho '^func Test[A-Za-z0-9_]*(t ' " +
          `${programs.goSuiteSources}/client_integration_*test.go`,
      ],
      (error, found) => (error === null ? resolve({ stdout: found }) : reject(error)),
    );
  });
  return [...stdout.matchAll(/func (\w+)/g)].flatMap(([, name = ""]) =>
    all.has(name) ? [name] : [],
  );
}

async function run(
  args: readonly string[],
  { endpoint, accessKeyId, accessKeySecret, region }: Target,
  version: "v1" | "v4",
): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), "ossicle-go-suite-"));
  const cwd = join(folder, "oss");
  await mkdir(cwd);
  const env = {
    PATH: process.env["PATH"],
    HOME: folder,
    TMPDIR: folder,
    OSS_TEST_ENDPOINT: endpoint,
    OSS_TEST_REGION: region,
    OSS_TEST_ACCESS_KEY_ID: accessKeyId,
    OSS_TEST_ACCESS_KEY_SECRET: accessKeySecret,
    OSS_TEST_SIGNATURE_VERSION: version,
    // The suite removes all buckets with its prefix after every test.
    OSS_TEST_BUCKET_PREFIX: `s${Math.random().toString(36).slice(2, 8)}-`,
    OSS_TEST_RAM_ROLE_ARN: "acs:ram::1234567890123456:role/app",
    OSS_TEST_RAM_UID: "1234567890123456",
  };
  const outcome = await new Promise<Outcome>((resolve) => {
    execFile(
      programs.goSuite,
      ["-test.v", "-test.count", "1", ...args],
      { cwd, env, timeout: timeoutMs, maxBuffer: 64 * 1_048_576 },
      (error, stdout, stderr) => resolve({ ok: error === null, output: stdout + stderr }),
    );
  });
  await rm(folder, { recursive: true, force: true });
  return outcome;
}
