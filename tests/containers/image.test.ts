// The image of deploy/Dockerfile: a store as an unprivileged user on a read-only root.
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { createClient } from "@ossicle/client";
import { afterEach, beforeEach, expect, test } from "vitest";
import { image, podman, root } from "./podman.ts";

const bucket = "in-a-container";
const healthCheck = ["node", "/usr/local/share/ossicle/health.mjs"];
let name: string;

beforeEach(() => {
  name = `ossicle-test-${randomBytes(4).toString("hex")}`;
});
afterEach(() => {
  podman("rm", "--force", "--ignore", name);
  podman("volume", "rm", "--force", name);
});

function start(...options: readonly (readonly string[])[]): void {
  podman(
    ["run", "--detach", "--name", name, "--publish", "127.0.0.1::9650"],
    ["--read-only", "--tmpfs", "/tmp", "--cap-drop", "all"],
    ["--security-opt", "no-new-privileges", "--volume", `${name}:/data:U`],
    ["--env", "OSSICLE_DATA=/data", "--env", "OSS_ACCESS_KEY_ID=ak"],
    ["--env", "OSS_ACCESS_KEY_SECRET=sk", ...options.flat(), image],
  );
}

async function clientOf(): Promise<ReturnType<typeof createClient>> {
  const endpoint = `http://${podman("port", name, "9650")}`;
  await expect.poll(() => isHealthy(endpoint)).toBe(true);
  const credentials = { accessKeyId: "ak", accessKeySecret: "sk" };
  return createClient({ endpoint, region: "cn-hangzhou", credentials });
}

/** The result of a command, or its failure as text. */
function attempt(command: () => string): string {
  try {
    return command();
  } catch (cause) {
    return String(cause);
  }
}

async function isHealthy(endpoint: string): Promise<boolean> {
  return fetch(`${endpoint}/_ossicle/health`).then(
    ({ ok }) => ok,
    () => false,
  );
}

test("a store keeps its objects in a volume when its container is replaced", async () => {
  start();
  const client = await clientOf();
  await client.putBucket({ bucket });
  const body = randomBytes(12 * 1024 * 1024);
  await client.putObject({ bucket, key: "small", body: "hello" });
  await client.putObject({ bucket, key: "large", body });
  expect(podman("exec", name, "id", "--user")).toBe("1000");
  expect(() => podman("exec", name, "touch", "/usr/a")).toThrow("Read-only file system");
  expect(podman("healthcheck", "run", name)).toBe("");
  podman("stop", "--time", "30", name);
  expect(podman("inspect", "--format", "{{.State.ExitCode}}", name)).toBe("0");
  podman("rm", name);

  start();
  const again = await clientOf();
  expect(await (await again.getObject({ bucket, key: "small" })).text()).toBe("hello");
  const large = await (await again.getObject({ bucket, key: "large" })).bytes();
  expect(Buffer.compare(large, body)).toBe(0);
});

test("the health check finds a store with a certificate", () => {
  const fixtures = join(root, "tests/scenarios/fixtures");
  const tls = ["--env", "OSSICLE_TLS_CERT=/tls/localhost.pem", "--env"];
  const files = ["--volume", `${fixtures}:/tls:ro`];
  start([...tls, "OSSICLE_TLS_KEY=/tls/localhost.key"], files);
  const check = (): string => podman("exec", name, ...healthCheck);
  return expect.poll(() => attempt(check)).toBe("");
});

test("a store that is killed serves what it has acknowledged", async () => {
  start();
  const client = await clientOf();
  await client.putBucket({ bucket });
  const keys = Array.from({ length: 200 }, (_, at) => `key-${at}`);
  await Promise.all(keys.map((key) => client.putObject({ bucket, key, body: key })));
  podman("kill", name);
  podman("start", name);
  const again = await clientOf();
  const found: string[] = [];
  for await (const { key } of again.allObjects({ bucket })) found.push(key);
  expect(found.toSorted()).toEqual(keys.toSorted());
});
