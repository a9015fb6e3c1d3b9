// Runs one SDK's program against a store over HTTP and turns each story that it reports into a
// test. The target is the built server, or any other: set OSSICLE_TARGET, OSS_ACCESS_KEY_ID,
// OSS_ACCESS_KEY_SECRET and OSSICLE_TARGET_REGION.
import { spawn } from "node:child_process";
import { appendFile, mkdir, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { stories } from "./stories.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** A store to test. */
export interface Target {
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly region: string;
  readonly close: () => Promise<void>;
}

/** How an SDK's program is started. */
export interface Program {
  /** The SDK's name in docs/reference/compatibility.md. */
  readonly sdk: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Signature versions that it has. */
  readonly signatures: readonly ("v1" | "v4")[];
  /** Stories that it has no calls for. */
  readonly lacks?: readonly string[];
}

interface StoryResult {
  readonly story: string;
  readonly ok: boolean;
  readonly detail?: string;
}

/** Declares the tests of an SDK. */
export async function conformance(program: Program): Promise<void> {
  const target = await openTarget();
  const application = await openApplication();
  const results = new Map<string, readonly StoryResult[]>();
  const expected = stories.filter(({ name }) => program.lacks?.includes(name) !== true);
  for (const signature of program.signatures) {
    results.set(
      signature,
      await runProgram(program, { target, signature, application: application.url }),
    );
  }
  afterAll(async () => {
    await application.close();
    await target.close();
    await record(program.sdk, results);
  });
  for (const [signature, found] of results) {
    describe(`${program.sdk} under ${signature.toUpperCase()}`, () => {
      for (const { name } of expected) {
        test(`passes the story ${name}`, () => {
          const result = found.find(({ story }) => story === name);
          expect(
            result,
            `the program did not report ${name}: ${JSON.stringify(found.at(-1))}`,
          ).toBeDefined();
          expect(result?.detail ?? "").toBe("");
          expect(result?.ok).toBe(true);
        });
      }
    });
  }
}

/** Starts the built server with further options, or takes the store that the environment names. */
export async function openTarget(options: readonly string[] = []): Promise<Target> {
  const env = process.env;
  if (env["OSSICLE_TARGET"] !== undefined) {
    return {
      endpoint: env["OSSICLE_TARGET"],
      accessKeyId: env["OSS_ACCESS_KEY_ID"] ?? "",
      accessKeySecret: env["OSS_ACCESS_KEY_SECRET"] ?? "",
      region: env["OSSICLE_TARGET_REGION"] ?? "cn-hangzhou",
      close: () => Promise.resolve(),
    };
  }
  const data = await mkdtemp(join(tmpdir(), "ossicle-conformance-"));
  const credentials = { accessKeyId: "conformance", accessKeySecret: "conformance-secret" };
  const child = spawn(
    process.execPath,
    [
      join(root, "packages/cli/dist/bundle/ossicle.js"),
      "serve",
      "--data",
      data,
      "--port",
      "0",
      ...options,
    ],
    {
      stdio: ["ignore", "pipe", "inherit"],
      env: {
        ...env,
        OSS_ACCESS_KEY_ID: credentials.accessKeyId,
        OSS_ACCESS_KEY_SECRET: credentials.accessKeySecret,
      },
    },
  );
  const endpoint = await new Promise<string>((resolve, reject) => {
    let text = "";
    child.stdout.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      const url = /serves OSS at (\S+)/.exec(text)?.[1];
      if (url !== undefined) resolve(url);
    });
    child.once("exit", (code) => reject(new Error(`the server ended with ${code}: ${text}`)));
  });
  return {
    ...credentials,
    endpoint,
    region: "cn-hangzhou",
    close: async () => {
      const exited = new Promise((resolve) => {
        child.once("exit", resolve);
      });
      child.kill("SIGTERM");
      await exited;
      await rm(data, { recursive: true, force: true });
    },
  };
}

/**
 * Starts an application. It answers callbacks to `/ok` with the body that it received, and all
 * others with 500.
 */
export async function openApplication(): Promise<{
  readonly url: string;
  readonly close: () => Promise<void>;
}> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const received = Buffer.concat(chunks).toString();
      const body = JSON.stringify({ Status: "OK", received });
      response.writeHead(request.url === "/ok" ? 200 : 500, {
        "content-type": "application/json",
        "content-length": Buffer.byteLength(body),
      });
      response.end(body);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Run {
  readonly target: Target;
  readonly signature: string;
  readonly application: string;
}

function runProgram(program: Program, run: Run): Promise<readonly StoryResult[]> {
  const bucket = `conf-${program.sdk.replaceAll(/[^a-z0-9]/g, "")}-${run.signature}-${Date.now()}`;
  const child = spawn(program.command, [...program.args], {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
    env: {
      ...process.env,
      CONFORMANCE_ENDPOINT: run.target.endpoint,
      CONFORMANCE_ID: run.target.accessKeyId,
      CONFORMANCE_SECRET: run.target.accessKeySecret,
      CONFORMANCE_REGION: run.target.region,
      CONFORMANCE_SIGNATURE: run.signature,
      CONFORMANCE_BUCKET: bucket,
      CONFORMANCE_APPLICATION: run.application,
    },
  });
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => {
    text += chunk.toString();
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", () => {
      const lines = text.split("\n").filter((line) => line.startsWith("{"));
      resolve(lines.map((line) => JSON.parse(line) as StoryResult));
    });
  });
}

/**
 * Appends the results to .cache/conformance.jsonl, for the matrix in
 * docs/reference/compatibility.md.
 */
async function record(
  sdk: string,
  results: ReadonlyMap<string, readonly StoryResult[]>,
): Promise<void> {
  const folder = join(root, ".cache");
  await mkdir(folder, { recursive: true });
  const lines = [...results].flatMap(([signature, found]) =>
    found.map(({ story, ok }) => JSON.stringify({ sdk, signature, story, ok })),
  );
  await appendFile(join(folder, "conformance.jsonl"), `${lines.join("\n")}\n`);
}
