// Bundles the modules of each package into one file for Node, because loading a hundred small files
// takes longer than the rest of a start. Bundlers get the separate modules, so that they can leave
// out unused ones.
import { build, type BuildOptions, type Metafile } from "esbuild";
import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./steps.ts";

const packages: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  protocol: { node: "index.js" },
  store: { node: "index.js" },
  server: {
    node: "index.js",
    testing: "testing/index.js",
    "hash-worker": "objects/bytes/hash-worker.js",
  },
  client: { node: "index.js" },
  kit: { node: "index.js" },
};

const common: BuildOptions = {
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20.19",
  sourcemap: true,
  logLevel: "warning",
  // Chunks that are loaded later import chunks of our own packages, which have no side effects.
  logOverride: { "ignored-bare-import": "silent" },
};

const distOf = (name: string): string => join(root, "packages", name, "dist");

for (const [name, entries] of Object.entries(packages)) {
  const dist = distOf(name);
  removeChunks(dist);
  await build({
    ...common,
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
}

// The command line is a program, not a library. Its bundle contains everything except lmdb, an
// addon, and pino, a logger that starts threads from its own files.
const cli = distOf("cli");
rmSync(join(cli, "bundle"), { recursive: true, force: true }); // old chunks have other names
const { metafile } = await build({
  ...common,
  entryPoints: {
    ossicle: join(cli, "main.js"),
    "hash-worker": join(distOf("server"), "objects", "bytes", "hash-worker.js"),
  },
  outdir: join(cli, "bundle"),
  splitting: true,
  external: ["lmdb", "pino"],
  banner: {
    js:
      'import { createRequire as requireFrom } from "node:module"; const require = ' +
      "requireFrom(import.meta.url);",
  },
  metafile: true,
});

// The console is part of the command line: its files lie beside the bundle.
const page = join(root, "packages", "console", "src");
const consoleFolder = join(cli, "bundle", "console");
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
writeFileSync(join(cli, "bundle", "licenses.txt"), licensesOf({ ...metafile, inputs }));

/** Removes the chunks of an earlier build, which have other names and are not overwritten. */
function removeChunks(dist: string): void {
  for (const name of readdirSync(dist)) {
    if (/-[A-Z0-9]{8}\.js(?:\.map)?$/.test(name)) rmSync(join(dist, name));
  }
}

/** The licences of the third-party packages in a bundle. */
function licensesOf({ inputs }: Metafile): string {
  const found = Object.keys(inputs).map(
    (path) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1],
  );
  const folders = [...new Set(found.filter((folder) => folder !== undefined))].sort();
  return folders
    .map((folder) => {
      const file = readdirSync(join(root, folder)).find((name) => /^licen[cs]e/i.test(name));
      const text =
        file === undefined
          ? declaredLicence(folder)
          : readFileSync(join(root, folder, file), "utf8");
      return `${folder.replace(/^.*node_modules\//, "")}\n\n${text}`;
    })
    .join("\n----\n\n");
}

// Some packages ship no licence text. Their package.json declares the licence.
function declaredLicence(folder: string): string {
  const { license, author, repository } = JSON.parse(
    readFileSync(join(root, folder, "package.json"), "utf8"),
  ) as { license?: string; author?: unknown; repository?: unknown };
  if (license === undefined) throw new Error(`${folder} has no licence file or field`);
  return `${license}\n${JSON.stringify({ author, repository })}`;
}
