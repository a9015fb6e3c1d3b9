// The feature for development containers: its script installs the packed program into an image
// with Node, and its entrypoint starts a store beside what the container runs.
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { environment, folder, nodeImage, podman, root, run } from "./podman.ts";

const feature = join(root, "deploy/dev-container/ossicle");

interface Feature {
  readonly containerEnv: Readonly<Record<string, string>>;
  readonly entrypoint: string;
}

test("the feature starts a store with the variables that it sets", () => {
  const packs = join(folder, "packs");
  rmSync(packs, { recursive: true, force: true });
  mkdirSync(packs, { recursive: true });
  const packing = { cwd: join(root, "packages/cli"), env: { ...environment, OSSICLE_BUILT: "1" } };
  run("npm", ["pack", "--pack-destination", packs], packing);
  const { containerEnv, entrypoint } = JSON.parse(
    readFileSync(join(feature, "devcontainer-feature.json"), "utf8"),
  ) as Feature;
  const script = [
    "VERSION=/packs/ossicle-0.1.0.tgz /feature/install.sh",
    `${entrypoint} sh -c '`,
    "for i in $(seq 100); do ossicle doctor --endpoint $OSS_ENDPOINT && exit; sleep 0.1; done",
    "cat /tmp/ossicle.log; exit 1'",
  ].join("\n");
  const output = podman(
    ["run", "--rm", "--network=host", "--volume", `${packs}:/packs:ro`],
    ["--volume", `${feature}:/feature:ro`],
    ...Object.entries(containerEnv).flatMap(([key, value]) => ["--env", `${key}=${value}`]),
    [nodeImage, "sh", "-ec", script],
  );
  expect(output).toMatch(/ok +signature/);
});

test("the feature is refused in an image without Node", () => {
  const args = ["--volume", `${feature}:/feature:ro`, nodeImage];
  const without = ["sh", "-c", "rm /usr/local/bin/node; /feature/install.sh"];
  expect(() => podman("run", "--rm", ...args, ...without)).toThrow("needs Node 20.19");
});
