// `npm run demo -- --cluster`, as a newcomer runs it.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

test("the demo of a cluster reads an upload through every node, also after a kill", () => {
  const program = fileURLToPath(new URL("../../../scripts/demo-cluster.ts", import.meta.url));
  const args = ["--conditions=@ossicle/source", "--import", "tsx", program];
  const { status, stdout } = spawnSync(process.execPath, args, { encoding: "utf8" });
  expect(status).toBe(0);
  expect(stdout).toContain("the application received a callback");
  expect(stdout).toContain('the result of the upload: {"Status":"OK"');
  expect(stdout).toContain("read through node 2: 100000 bytes");
  expect(stdout).toContain("node 1 was killed; read through node 3: 100000 bytes");
}, 60_000);
