// Puts each package's modules into one file for Node: loading a hundred small files costs more than everything else a start does.
// Bundlers keep the single modules, because that is what they can leave parts out of.
import { build } from "esbuild";
import { join } from "node:path";
import { root } from "./steps.ts";

const packages: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  protocol: { node: "index.js" },
  store: { node: "index.js" },
  server: { node: "index.js", "hash-worker": "objects/hash-worker.js" },
  client: { node: "index.js" },
  kit: { node: "index.js" },
};

for (const [name, entries] of Object.entries(packages)) {
  const dist = join(root, "packages", name, "dist");
  await build({
    entryPoints: Object.fromEntries(
      Object.entries(entries).map(([out, file]) => [out, join(dist, file)]),
    ),
    outdir: dist,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20.19",
    packages: "external",
    sourcemap: true,
    logLevel: "warning",
  });
}
