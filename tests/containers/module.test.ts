// The Testcontainers module, on Podman's form of Docker's API.
import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createClient } from "@ossicle/client";
import { nodeCallback } from "@ossicle/kit";
import { OssicleContainer } from "@ossicle/testcontainers";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { environment, folder, image } from "./podman.ts";

let engine: ChildProcess;

beforeAll(async () => {
  const socket = join(folder, "docker.sock");
  rmSync(socket, { force: true }); // an earlier run may have left one
  const args = ["system", "service", "--time=0", `unix://${socket}`];
  engine = spawn("podman", args, { env: environment, stdio: "ignore" });
  await vi.waitUntil(() => existsSync(socket), { timeout: 20_000 });
  process.env["DOCKER_HOST"] = `unix://${socket}`;
  process.env["TESTCONTAINERS_RYUK_DISABLED"] = "true"; // its image cannot be fetched everywhere
});
afterAll(() => engine.kill());

test("a store in a container calls the application of the test", async () => {
  const store = await new OssicleContainer(image).withRegion("cn-beijing").start();
  const { endpoint, region, credentials } = store;
  const handle = nodeCallback(({ variables }) => ({ saved: variables.text("object") }), {
    trustedKeyUrls: [`${endpoint}/_ossicle/callback-keys/`],
  });
  const application = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => application.listen(0, "0.0.0.0", resolve));
  try {
    const { port } = application.address() as AddressInfo;
    const client = createClient({ endpoint, region, credentials });
    await client.putBucket({ bucket: "examplebucket" });
    const url = `http://${store.hostName}:${port}/callback`;
    const callback = { url, body: "object=${object}" };
    const request = { bucket: "examplebucket", key: "a.txt", body: "hello", callback };
    expect((await client.putObject(request)).callback?.json()).toEqual({ saved: "a.txt" });
    expect(region).toBe("cn-beijing");
    await expect(store.restart()).rejects.toThrow("start another one");
  } finally {
    application.close();
    await store.stop();
  }
});

test("a store that cannot start is reported with its output", async () => {
  const container = new OssicleContainer(image).withEnvironment({ OSSICLE_WORKERS: "many" });
  await expect(container.start()).rejects.toThrow(/--workers|OSSICLE_WORKERS/);
});
