// Puts each package's modules into one file for Node: loading a hundred small files costs more than
// everything else a start does. Bundlers keep the single modules, because that is what they can
// leave parts out of.
import { build, type BuildOptions, type Metafile } from "esbuild";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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
};

const distOf = (name: string): string => join(root, "packages", name, "dist");

for (const [name, entries] of Object.entries(packages)) {
  const dist = distOf(name);
  removeChunks(dist);
  await build({
    ...common,
    // Entries of one package share their classes.
    splitting: true,
    entryPoints: Object.fromEntries(
      Object.entries(entries).map(([out, file]) => [out, join(dist, file)]),
    ),
    outdir: dist,
    // The client takes the parts of the protocol that it uses along: finding and reading all of it
    // would double an import's time.
    packages: name === "client" ? "bundle" : "external",
  });
}

// The command line is a program, not a library: it takes everything along but an addon and a logger
// that starts threads from its own files.
const cli = distOf("cli");
rmSync(join(cli, "bundle"), { recursive: true, force: true }); // parts are named by their contents
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
writeFileSync(join(cli, "bundle", "licenses.txt"), licensesOf(metafile));

/** Removes shared parts of an earlier build: their names are made of their contents. */
function removeChunks(dist: string): void {
  for (const name of readdirSync(dist)) {
    if (/^chunk-.*\.js(?:\.map)?$/.test(name)) rmSync(join(dist, name));
  }
}

/** The licences of other people's packages that went into a bundle. */
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

// Some packages ship no text: what they declare stands for it.
function declaredLicence(folder: string): string {
  const { license, author, repository } = JSON.parse(
    readFileSync(join(root, folder, "package.json"), "utf8"),
  ) as { license?: string; author?: unknown; repository?: unknown };
  if (license === undefined) throw new Error(`${folder} has no licence to go with it`);
  return `${license}\n${JSON.stringify({ author, repository })}`;
}
