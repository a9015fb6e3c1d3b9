// Bundles the modules of each package into one file for Node, because loading a hundred small files
// takes longer than the rest of a start. Bundlers get the separate modules, so that they can leave
// out unused ones.
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { billOfMaterials, runtimePackages } from "./bill-of-materials.ts";
import { inNode } from "./bundle-options.ts";
import { root } from "./steps.ts";

const packages: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  protocol: { node: "index.js" },
  store: { node: "index.js" },
  server: {
    node: "index.js",
    testing: "testing/index.js",
    "hash-worker": "objects/bytes/hash-worker.js",
    "seal-worker": "objects/encryption/seal-worker.js",
    "select-worker": "select/select-worker.js",
    "image-worker": "images/image-worker.js",
  },
  client: { node: "index.js" },
  kit: { node: "index.js" },
  testcontainers: { node: "index.js" },
};

const distOf = (name: string): string => join(root, "packages", name, "dist");

for (const [name, entries] of Object.entries(packages)) {
  const dist = distOf(name);
  removeChunks(dist);
  await build({
    ...inNode,
    // Share code between the entries of a package, so that each class exists once.
    splitting: true,
    entryPoints: Object.fromEntries(
      Object.entries(entries).map(([out, file]) => [out, join(dist, file)]),
    ),
    outdir: dist,
    // The client's bundle contains the parts of the protocol that it uses. Resolving and reading
    // the whole package would double the time of an import.
    packages: name === "client" ? "bundle" : "external",
  });
  const folder = join(root, "packages", name);
  writeFileSync(join(dist, "sbom.cdx.json"), billOfMaterials(folder, runtimePackages(folder)));
}

/** Removes the chunks of an earlier build, which have other names and are not overwritten. */
function removeChunks(dist: string): void {
  for (const name of readdirSync(dist)) {
    if (/-[A-Z0-9]{8}\.js(?:\.map)?$/.test(name)) rmSync(join(dist, name));
  }
}
