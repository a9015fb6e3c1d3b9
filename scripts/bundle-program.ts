// Bundles the command line from its sources, and the console that is part of it. The bundle
// contains everything except lmdb, an addon, pino, a logger that starts threads from its own files,
// and sharp, which is optional.
import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build, type BuildOptions, type Metafile } from "esbuild";
import { billOfMaterials, runtimePackages } from "./bill-of-materials.ts";
import { inNode } from "./bundle-options.ts";
import { root } from "./steps.ts";

const packages = join(root, "packages");
const bundle = join(packages, "cli", "dist", "bundle");
rmSync(bundle, { recursive: true, force: true }); // old chunks have other names
const { metafile } = await build({
  ...inNode,
  conditions: ["@ossicle/source"],
  entryPoints: {
    ossicle: join(packages, "cli", "src", "main.ts"),
    "hash-worker": join(packages, "server", "src", "objects", "bytes", "hash-worker.ts"),
    "seal-worker": join(packages, "server", "src", "objects", "encryption", "seal-worker.ts"),
    "select-worker": join(packages, "server", "src", "select", "select-worker.ts"),
    "image-worker": join(packages, "server", "src", "images", "image-worker.ts"),
  },
  outdir: bundle,
  splitting: true,
  external: ["lmdb", "pino", "sharp"],
  banner: {
    js:
      'import { createRequire as requireFrom } from "node:module"; const require = ' +
      "requireFrom(import.meta.url);",
  },
  metafile: true,
});

// The console is part of the command line: its files lie beside the bundle.
const page = join(packages, "console", "src");
const consoleFolder = join(bundle, "console");
const inBrowsers: BuildOptions & { readonly metafile: true } = {
  bundle: true,
  format: "esm",
  target: ["chrome123", "firefox120", "safari17.5"],
  minify: true,
  logLevel: "warning",
  conditions: ["@ossicle/source"],
  jsx: "automatic",
  jsxImportSource: "preact",
  outdir: consoleFolder,
  metafile: true,
};
const pages = await build({
  ...inBrowsers,
  entryPoints: { main: join(page, "main.tsx"), style: join(page, "style.css") },
  // Each page is loaded when it is first shown.
  splitting: true,
});
// A service worker is one file: not every browser takes modules there.
const worker = await build({
  ...inBrowsers,
  entryPoints: { "archive-worker": join(page, "objects", "archive-worker.ts") },
});
for (const name of ["index.html", "icon.svg"]) {
  copyFileSync(join(page, name), join(consoleFolder, name));
}
const inputs = { ...metafile.inputs, ...pages.metafile.inputs, ...worker.metafile.inputs };
const bundled = packagesOf({ ...metafile, inputs });
writeFileSync(join(bundle, "licenses.txt"), licensesOf(bundled));
const program = join(packages, "cli");
writeFileSync(
  join(bundle, "sbom.cdx.json"),
  billOfMaterials(program, [...bundled, ...runtimePackages(program)]),
);

/** The folders of the third-party packages in a bundle. */
function packagesOf({ inputs }: Metafile): readonly string[] {
  const found = Object.keys(inputs).map(
    (path) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1],
  );
  const folders = new Set(found.filter((folder) => folder !== undefined));
  return [...folders].sort().map((folder) => join(root, folder));
}

/** The licences of packages. */
function licensesOf(folders: readonly string[]): string {
  return folders
    .map((folder) => {
      const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
      const text =
        file === undefined ? declaredLicence(folder) : readFileSync(join(folder, file), "utf8");
      return `${folder.replace(/^.*node_modules\//, "")}\n\n${text}`;
    })
    .join("\n----\n\n");
}

// Some packages ship no licence text. Their package.json declares the licence.
function declaredLicence(folder: string): string {
  const { license, author, repository } = JSON.parse(
    readFileSync(join(folder, "package.json"), "utf8"),
  ) as { license?: string; author?: unknown; repository?: unknown };
  if (license === undefined) throw new Error(`${folder} has no licence file or field`);
  return `${license}\n${JSON.stringify({ author, repository })}`;
}
