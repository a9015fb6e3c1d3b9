// Checks the rules of the house style that a test can check: sizes, directions of imports, uses of
// the environment and the clock, opening sentences, links, and leftovers.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, existsSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { transform } from "esbuild";
import { describe, expect, test } from "vitest";
import { operations } from "@ossicle/protocol";
import { isSentence, testTitles } from "./test-titles.ts";
import { keySpace } from "../packages/server/src/objects/records/key-space.ts";
import { root } from "./steps.ts";

const maxLines = 400;
const maxColumns = 100;
const vagueActor =
  /^\s*(?:\/\/|\/?\*).*\b(?:no|some|any)body\b.*$|^\s*(?:\/\/|\/?\*).*\bwhoever\b.*$/gim;
/** Words that personify machines, or leave the actor open. */
const personified =
  /^\s*(?:\/\/|\/?\*).*\b(?:knows?|hears?|forgets?|believes?|believed|who|whom)\b.*$/gim;
const skipped = new Set(["node_modules", "dist", ".git", ".cache", "vectors", "results"]);

function filesBelow(folder: string, ending: RegExp): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (skipped.has(entry.name)) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(path, ending);
    return ending.test(entry.name) ? [path] : [];
  });
}

const read = (path: string): string => readFileSync(join(root, path), "utf8");
const folders = ["packages", "tests", "scripts", "examples", "bench"];
const sources = folders.flatMap((folder) => filesBelow(folder, /\.(?:ts|tsx|mjs)$/));
const shipped = sources.filter((path) => /^packages\/[^/]+\/src\//.test(path) && !isTestCode(path));

function isTestCode(path: string): boolean {
  return /\.test\.ts$|store\/src\/(?:contract\/|model\/|testing\.ts$)|testing\/model-/.test(path);
}

/** Code that the console writes for people, as text. */
const snippets = "packages/console/src/lab/snippets.ts";

/** Which packages a package may import. */
const arrows: Readonly<Record<string, readonly string[]>> = {
  protocol: [],
  store: [],
  server: ["protocol", "store"],
  client: ["protocol"],
  kit: ["protocol"],
  testcontainers: [],
  cli: ["server", "client", "kit"],
  console: ["protocol", "server", "client", "kit"],
};

/**
 * The layers of the server, lowest first: a file imports from its own layer and from lower ones. A
 * file belongs to the longest folder that is listed; the empty one holds the construction.
 */
const layers: readonly string[] = [
  "time",
  "memory",
  "configuration",
  "http",
  "objects/records",
  "data-folder",
  "objects/encryption",
  "objects/bytes",
  "objects/buckets",
  "objects/versions",
  "objects/uploads",
  "objects/listing",
  "objects/queries",
  "accounts",
  "logging",
  "images",
  "select",
  "callback/deliveries",
  "callback/sending",
  "callback",
  "access",
  "authenticate",
  "sts",
  "operations",
  "request",
  "admin",
  "maintenance",
  "",
  "testing",
];

const server = "packages/server/src/";

/** Folders inside a layer whose files belong to it. */
const insideLayers =
  /^(?:operations\/(?:service|bucket|object|multipart)|request\/form|\w+\/sql|maintenance\/\w+)$/;

/** The layer of a file; -1 for a folder that is not a layer. */
function layerOf(path: string): number {
  const folder = dirname(relative(server, path));
  if (folder === ".") return layers.indexOf("");
  return layers.indexOf(insideLayers.test(folder) ? dirname(folder) : folder);
}

/** Files that a file imports from its own package, for values and for types. */
function importsOf(path: string): readonly string[] {
  const forms = /(?:from |import |import\()"(\.\.?\/[^"]+)"/g;
  return [...read(path).matchAll(forms)].map(([, target = ""]) => join(dirname(path), target));
}

/** Columns of a line in an editor, where Chinese characters and their punctuation take two. */
function columnsOf(line: string): number {
  return line.length + (line.match(/[\p{Script=Han}\u3000-\u303f\uff00-\uffef]/gu) ?? []).length;
}

describe("the tree", () => {
  test("has enough files for these checks to mean something", () => {
    expect(shipped.length).toBeGreaterThan(100);
  });

  test(`keeps source files under ${maxLines} lines`, () => {
    const long = sources.filter(
      (path) => !path.endsWith(".test.ts") && read(path).split("\n").length > maxLines,
    );
    expect(long).toEqual([]);
  });

  test("opens every file with a sentence about it", () => {
    const silent = sources.filter((path) => !/^(?:#!.*\n)?\/\/ \S/.test(read(path)));
    expect(silent).toEqual([]);
  });

  test("has a lock file of all workspaces and their dependencies", () => {
    interface Manifest {
      readonly dependencies?: Readonly<Record<string, string>>;
      readonly devDependencies?: Readonly<Record<string, string>>;
    }
    const lock = JSON.parse(read("package-lock.json")) as {
      readonly packages: Readonly<Record<string, Manifest>>;
    };
    const workspaces = ["packages", "tests"].flatMap((folder) =>
      readdirSync(join(root, folder)).map((name) => `${folder}/${name}/package.json`),
    );
    const manifests = [
      ...workspaces,
      "package.json",
      "examples/package.json",
      "bench/package.json",
    ].filter((path) => existsSync(join(root, path)));
    expect(manifests.length).toBeGreaterThan(10);
    for (const path of manifests) {
      const { dependencies, devDependencies } = JSON.parse(read(path)) as Manifest;
      const locked = lock.packages[dirname(path) === "." ? "" : dirname(path)];
      const { dependencies: own = {}, devDependencies: dev = {} } = locked ?? {};
      expect({ path, own, dev }).toEqual({
        path,
        own: dependencies ?? {},
        dev: devDependencies ?? {},
      });
    }
  });

  test("keeps README.md within 400 words", () => {
    expect(read("README.md").split(/\s+/).filter(Boolean).length).toBeLessThanOrEqual(400);
  });

  test("names every operation in docs/reference/compatibility.md", () => {
    const page = read("docs/reference/compatibility.md");
    const names = Object.values(operations).map(({ name }) => name);
    expect(names.length).toBeGreaterThan(60);
    expect(names.filter((name) => !new RegExp(`\\b${name}\\b`, "i").test(page))).toEqual([]);
  });

  test("keeps lines within 100 columns", () => {
    const wide = sources.flatMap((path) =>
      read(path)
        .split("\n")
        .filter((line) => columnsOf(line) > maxColumns)
        .map((line) => `${path}: ${line.trim()}`),
    );
    expect(wide).toEqual([]);
  });

  test("names tests by sentences of behaviour", () => {
    const tests = sources.filter((path) => path.endsWith(".test.ts"));
    const titles = tests.flatMap((path) =>
      testTitles(read(path)).map((title) => ({ path, title })),
    );
    expect(titles.length).toBeGreaterThan(700);
    const fragments = titles.filter(({ title }) => !isSentence(title));
    expect(fragments.map(({ path, title }) => `${path}:${title.line}: ${title.words}`)).toEqual([]);
  });

  test("has examples in docstrings that are valid code", async () => {
    const examples = shipped.flatMap((path) =>
      [...read(path).matchAll(/^ *\* @example\n((?: *\*(?: .*)?\n)+?) *\*\//gm)].map(
        ([, lines = ""]) => ({
          path,
          code: lines.replaceAll(/^ *\* ?/gm, ""),
        }),
      ),
    );
    expect(examples.length).toBeGreaterThan(8);
    for (const { path, code } of examples) {
      await expect(transform(code, { loader: "ts" }), path).resolves.toHaveProperty("code");
    }
  });

  test("names the actor in comments", () => {
    const vague = sources.flatMap((path) =>
      [...read(path).matchAll(vagueActor)].map(([comment]) => `${path}: ${comment.trim()}`),
    );
    expect(vague).toEqual([]);
  });

  test("does not personify machines in comments", () => {
    const found = shipped.flatMap((path) =>
      [...read(path).matchAll(personified)].map(([comment]) => `${path}: ${comment.trim()}`),
    );
    expect(found).toEqual([]);
  });

  test("has commit subjects within 72 columns", () => {
    // A checkout may hold the last commit only.
    const log = execFileSync("git", ["log", "-n", "30", "--format=%s"], { cwd: root });
    const subjects = log.toString().trim().split("\n");
    expect(subjects.length).toBeGreaterThan(0);
    expect(subjects.filter((subject) => subject.length > 72)).toEqual([]);
  });

  test("cites only sources that the repository holds, or that are public", () => {
    const unknown = sources.filter((path) =>
      /§|\b(?:wire|callback)\s+(?:\/\/ |\* )?facts\b|\bSTORAGE\b|\bshared\/reference\b/.test(
        read(path),
      ),
    );
    expect(unknown.filter((path) => path !== "scripts/tidy.test.ts")).toEqual([]);
    const cited = shipped.flatMap((path) =>
      [...read(path).matchAll(/docs\/[\w./-]+\.(?:md|json)/g)].map(([file]) => file),
    );
    expect(cited.length).toBeGreaterThan(10);
    expect([...new Set(cited)].filter((file) => !existsSync(join(root, file)))).toEqual([]);
  });

  test("imports other packages only along the arrows", () => {
    const wrong = shipped.flatMap((path) => {
      const own = path.split("/")[1] ?? "";
      const allowed = new Set([own, ...(arrows[own] ?? [])]);
      const imports = [...read(path).matchAll(/from "(?:@ossicle\/(\w+)|(ossicle))"/g)].map(
        ([, name]) => name ?? "cli",
      );
      const escapes = [...read(path).matchAll(/from "(\.\.?\/[^"]+)"/g)]
        .map(([, target]) => relative(`packages/${own}/src`, join(dirname(path), target ?? "")))
        .filter((target) => target.startsWith(".."));
      return [...imports.filter((name) => !allowed.has(name)), ...escapes].map(
        (name) => `${path}: ${name}`,
      );
    });
    expect(wrong).toEqual([]);
  });

  test("imports only downwards between the server's layers", () => {
    const files = shipped.filter((path) => path.startsWith(server));
    const upwards = files.flatMap((path) =>
      importsOf(path)
        .filter((target) => layerOf(target) > layerOf(path))
        .map((target) => `${path} -> ${target}`),
    );
    expect(files.length).toBeGreaterThan(150);
    expect(files.filter((path) => layerOf(path) < 0)).toEqual([]);
    expect(upwards).toEqual([]);
  });

  test("draws the server's layers in ARCHITECTURE.md, in their order", () => {
    const [, drawn = ""] =
      /## The server's layers\n[^]*?```\n([^]*?)```/.exec(read("ARCHITECTURE.md")) ?? [];
    const names = drawn.split("\n").flatMap((line) => /^(\S+)\//.exec(line)?.[1] ?? []);
    expect(names.toReversed()).toEqual(layers.filter((name) => name !== ""));
  });

  test("lists in ARCHITECTURE.md the files that a PUT with a callback passes", () => {
    const [, table = ""] =
      /### The files of a PUT with a callback\n([^]*?)\n## /.exec(read("ARCHITECTURE.md")) ?? [];
    const passed = [...table.matchAll(/^\| `([\w/-]+\.ts)` \|/gm)].map(([, path]) => server + path);
    expect(passed.length).toBeGreaterThan(15);
    const unreached = passed.filter(
      (path, at) =>
        at > 0 && !passed.slice(0, at).some((earlier) => importsOf(earlier).includes(path)),
    );
    expect(unreached).toEqual([]);
  });

  test("describes the key space in ARCHITECTURE.md as the code does", () => {
    const [, table = ""] = /### Key space\n([^]*?)\n### /.exec(read("ARCHITECTURE.md")) ?? [];
    const rows = [...table.matchAll(/^\| `(\w)` *([^|]*?) \| ([^|]*?) \| ([^|]*?) \|$/gm)].map(
      ([, letter = "", parts, holds, guardedBy]) => [letter, { parts, holds, guardedBy }],
    );
    const kinds = Object.entries(keySpace).map(([letter, { parts, holds, guardedBy }]) => [
      letter,
      { parts, holds, guardedBy },
    ]);
    expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(kinds));
  });

  test("has no import cycle", () => {
    const circles: string[] = [];
    const done = new Set<string>();
    const visit = (path: string, trail: readonly string[]): void => {
      if (trail.includes(path))
        circles.push([...trail.slice(trail.indexOf(path)), path].join(" -> "));
      if (done.has(path) || trail.includes(path)) return;
      for (const target of importsOf(path)) visit(target, [...trail, path]);
      done.add(path);
    };
    for (const path of shipped) visit(path, []);
    expect(circles).toEqual([]);
  });

  test("keeps protocol pure: no Node module, no dependency", () => {
    const wrong = shipped.filter(
      (path) => path.startsWith("packages/protocol/") && /from "(?!\.)/.test(read(path)),
    );
    expect(wrong).toEqual([]);
    const { dependencies } = JSON.parse(read("packages/protocol/package.json")) as {
      dependencies: object;
    };
    expect(Object.keys(dependencies)).toEqual([]);
    for (const name of ["client", "kit"]) {
      const found = JSON.parse(read(`packages/${name}/package.json`)) as { dependencies: object };
      expect(Object.keys(found.dependencies)).toEqual(["@ossicle/protocol"]);
    }
  });

  test("reads the environment in the command line and one credential provider only", () => {
    const readers = shipped.filter((path) => /process\.env/.test(read(path)) && path !== snippets);
    expect(readers).toEqual([
      "packages/cli/src/main.ts",
      "packages/cli/src/serve-as-worker.ts",
      "packages/cli/src/worker-slot.ts",
      "packages/client/src/credentials.ts",
    ]);
  });

  test("takes the wall clock as a parameter", () => {
    const readers = shipped.filter((path) => /Date\.now\b|new Date\(\)/.test(read(path)));
    expect(readers).toEqual([
      // The command line, which passes the clock on, and defaults of parameters:
      "packages/cli/src/main.ts",
      "packages/client/src/assume-role.ts",
      "packages/client/src/connection.ts",
      "packages/console/src/now.ts",
      "packages/kit/src/create-ticket.ts",
      "packages/kit/src/delivery-store.ts",
      "packages/kit/src/verify-webhook.ts",
      "packages/server/src/accounts/access-keys.ts",
      "packages/server/src/accounts/encryption-admin.ts",
      "packages/server/src/accounts/principals.ts",
      "packages/server/src/callback/deliveries/deliveries.ts",
      "packages/server/src/callback/sending/webhook-keys.ts",
      "packages/server/src/open-services.ts",
      "packages/store/src/blob-store.ts", // only orders the names of blobs
      "packages/store/src/embedded/lmdb-metadata-store.ts", // the default of an option
    ]);
  });

  test("has no notes of unfinished work, focused tests or console output", () => {
    const words = new RegExp("\\b(?:TO[D]O|FIX[M]E|X[X]X)\\b");
    const left = sources.filter(
      (path) =>
        words.test(read(path)) ||
        /\b(?:test|describe|it)\.(?:only|skip)\(|\bconsole\.\w+\(|@ts-ignore/.test(
          read(path).replaceAll(/\/.*\/[a-z]*\.test\(/g, ""),
        ),
    );
    const own = new Set(["scripts/tidy.test.ts", snippets]);
    expect(left.filter((path) => !own.has(path))).toEqual([]);
  });

  test("has no default exports, and index files only in front of packages and tables", () => {
    const defaults = shipped.filter((path) => /^export default/m.test(read(path)));
    expect(defaults).toEqual([]);
    const indexes = shipped.filter(
      (path) =>
        path.endsWith("/index.ts") && !/src\/(?:operations\/|testing\/)?index\.ts$/.test(path),
    );
    expect(indexes).toEqual([]);
  });

  test("has a handler and a test of its operation's name for every operation", () => {
    for (const [name, { level }] of Object.entries(operations)) {
      const file = `${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}.ts`;
      const found = shipped.filter((path) =>
        [level, "bucket", "multipart"].some((folder) => path.endsWith(`/${folder}/${file}`)),
      );
      expect(
        found.map((path) => path.split("/")[1]),
        `${name} (${file})`,
      ).toEqual(["protocol", "server"]);
      const test = found.at(-1)?.replace(/\.ts$/, ".test.ts");
      expect(sources, `a test of ${name}`).toContain(test);
    }
  });

  test("has no function longer than 70 lines", () => {
    const long = shipped.flatMap((path) =>
      longFunctions(read(path)).map((name) => `${path}: ${name}`),
    );
    expect(long).toEqual([]);
  });
});

describe("the documents", () => {
  const documents = filesBelow(".", /\.md$/);

  test("link only to files that exist", () => {
    let links = 0;
    const broken = documents.flatMap((path) =>
      [...read(path).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
        .map(([, target]) => target ?? "")
        .filter((target) => !/^[a-z]+:/.test(target))
        .filter((target) => {
          links += 1;
          return !existsSync(join(root, dirname(path), target));
        })
        .map((target) => `${path}: ${target}`),
    );
    expect(broken).toEqual([]);
    expect(links).toBeGreaterThan(0);
  });
});

/** A line that opens a function: a declaration, an arrow with a body, or a method. */
const opening = new RegExp(
  [
    /^(\s*)(?:export )?(?:async )?/,
    /(?:function\*? (\w+)|(?:readonly )?#?(\w+).*=> \{$|(?:async )?\*?#?(\w+)\(.*\{$)/,
  ]
    .map(({ source }) => source)
    .join(""),
);

/** Functions whose body, by indentation, spans more than 70 lines. */
function longFunctions(source: string): string[] {
  const lines = source.split("\n");
  const out: string[] = [];
  for (const [start, line] of lines.entries()) {
    const match = opening.exec(line);
    if (match === null || !/[{(]$/.test(line)) continue;
    const indent = match[1] ?? "";
    const end = lines.findIndex(
      (other, at) => at > start && /^\s*\}/.test(other) && other.startsWith(`${indent}}`),
    );
    if (end - start > 70) out.push(`${match[2] ?? match[3] ?? match[4]} (${end - start})`);
  }
  return out;
}
