// What the tests with containers need: Podman, and the image of deploy/Dockerfile.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { provide } from "../conformance/prepare.ts";
import { configure, environment, folder, image, nodeImage, podman, root, run } from "./podman.ts";

/** What the Dockerfile begins with. */
const published = "docker.io/library/node:24-bookworm-slim";

const needs = {
  podman: "podman",
  runc: "runc",
  debootstrap: "debootstrap",
  iptables: "iptables",
  "/usr/lib/podman/netavark": "netavark",
  "/usr/lib/podman/aardvark-dns": "aardvark-dns",
};

/** Builds the image. Throws when a program is missing. */
export default function prepare(): void {
  const lacking = provide(needs, { install: process.env["OSSICLE_TEST_INSTALL"] === "1" });
  if (lacking.length > 0) throw new Error(`this machine lacks ${lacking.join(" and ")}`);
  configure();
  const has = spawnSync("podman", ["image", "exists", nodeImage], { env: environment });
  if (has.status !== 0) {
    const pulled = spawnSync("podman", ["pull", "--quiet", published], { env: environment });
    if (pulled.status === 0) podman("tag", published, nodeImage);
    else makeBase();
  }
  const options = ["--network=host", "--format=docker", "--build-arg", `NODE_IMAGE=${nodeImage}`];
  podman("build", options, ["--file", "deploy/Dockerfile", "--tag", image], root);
}

// Where images cannot be fetched: Debian, with Node and npm from npm's registry.
function makeBase(): void {
  const system = join(folder, "debian");
  if (!existsSync(join(system, "etc/os-release"))) {
    const packages = "--include=ca-certificates";
    run("debootstrap", ["--variant=minbase", packages, "bookworm", system]);
  }
  const packs = join(folder, "node");
  mkdirSync(packs, { recursive: true });
  run("npm", ["install", "--prefix", packs, "--no-save", "node@24", "npm@11"]);
  const local = join(system, "usr/local");
  cpSync(join(packs, "node_modules/node/bin/node"), join(local, "bin/node"));
  cpSync(join(packs, "node_modules/npm"), join(local, "lib/node_modules/npm"), { recursive: true });
  for (const name of ["npm", "npx"]) {
    rmSync(join(local, "bin", name), { force: true });
    symlinkSync(`../lib/node_modules/npm/bin/${name}-cli.js`, join(local, "bin", name));
  }
  if (spawnSync("chroot", [system, "id", "node"]).status !== 0) {
    run("chroot", [system, "useradd", "--create-home", "--uid", "1000", "node"]);
  }
  const changes = ["--change", 'CMD ["node"]'];
  // A machine behind a proxy has roots of its own.
  const roots = process.env["NODE_EXTRA_CA_CERTS"];
  if (roots !== undefined) {
    cpSync(roots, join(system, "etc/ssl/extra.crt"));
    changes.push("--change", "ENV NODE_EXTRA_CA_CERTS=/etc/ssl/extra.crt");
  }
  const archive = join(folder, "debian.tar");
  run("tar", ["--directory", system, "--create", "--file", archive, "."]);
  podman("import", changes, archive, nodeImage);
  rmSync(archive);
}
