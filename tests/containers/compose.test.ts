// The service of deploy/compose.development.yaml, with an application beside it. It takes the ports
// 9650 and 9651 of this machine.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createClient } from "@ossicle/client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { environment, folder, image, nodeImage, podman, root, run } from "./podman.ts";

const programs = join(folder, "python");
const files = ["deploy/compose.development.yaml", "tests/containers/application.compose.yaml"];

function compose(...args: readonly string[]): string {
  const env = { ...environment, REPOSITORY: root, NODE_IMAGE: nodeImage };
  const options = files.flatMap((file) => ["--file", file]);
  return run(join(programs, "bin/podman-compose"), [...options, ...args], { env });
}

beforeAll(() => {
  if (!existsSync(join(programs, "bin/podman-compose"))) {
    run("python3", ["-m", "venv", programs]);
    run(join(programs, "bin/pip"), ["install", "--quiet", "podman-compose==1.5.0"]);
  }
  podman("tag", image, "ossicle:0.1.0");
  compose("up", "--detach");
});
afterAll(() => compose("down"));

test("an upload calls the application's container, which verifies the signature", async () => {
  const client = createClient({
    endpoint: "http://127.0.0.1:9650",
    region: "cn-hangzhou",
    credentials: { accessKeyId: "development", accessKeySecret: "not-a-secret" },
  });
  const bucket = "composed";
  await expect
    .poll(() => client.putBucket({ bucket }).then(({ location }) => location))
    .toBe("/composed");
  const callback = { url: "http://app.internal:8080/callback", body: "object=${object}" };
  await expect
    .poll(async () => {
      const result = await client.putObject({ bucket, key: "a", body: "hello", callback });
      return result.callback?.json();
    })
    .toEqual({ saved: "a" });
});
