// The site that `npm run docs` builds: its links and anchors, its pages without JavaScript, its
// search, and what a first visit loads.
import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import * as client from "@ossicle/client";
import * as kit from "@ossicle/kit";
import * as server from "@ossicle/server";
import * as testing from "@ossicle/server/testing";
import { beforeAll, expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const built = join(root, ".cache", "site-built");

/** Most bytes, compressed, that a first visit loads before it shows a page. */
const mostFirstBytes = 100_000;

let pages: ReadonlyMap<string, string>;
beforeAll(async () => {
  await promisify(execFile)(process.execPath, ["--import", "tsx", "site/build.ts", "--build"], {
    cwd: root,
  });
  const names = readdirSync(built, { recursive: true, encoding: "utf8" });
  const html = names.filter((name) => name.endsWith(".html"));
  pages = new Map(html.map((name) => [name, readFileSync(join(built, name), "utf8")]));
}, 180_000);

function linksOf(html: string): readonly string[] {
  return [...html.matchAll(/<a [^>]*?href="([^"]*)"/g)].map(([, href = ""]) =>
    href.replaceAll("&amp;", "&"),
  );
}

/** The file of a page that a link names, and the link's anchor. */
function targetOf(from: string, href: string): { readonly file: string; readonly anchor: string } {
  const [path = "", anchor = ""] = href.split("#");
  const absolute = path.startsWith("/")
    ? path.slice(1)
    : posix.join(dirname(from), path).replace(/^\.\//, "");
  if (path === "") return { file: from, anchor };
  if (absolute === "" || absolute.endsWith("/")) return { file: `${absolute}index.html`, anchor };
  return { file: absolute.endsWith(".html") ? absolute : `${absolute}.html`, anchor };
}

test("every link leads to a page and an anchor that exist", () => {
  const dead: string[] = [];
  for (const [name, html] of pages) {
    for (const href of linksOf(html)) {
      if (/^(?:https?:|mailto:)/.test(href) || name === "404.html") continue;
      const { file, anchor } = targetOf(name, href);
      const target = pages.get(file);
      const isThere = anchor === "" || target?.includes(`id="${decodeURIComponent(anchor)}"`);
      if (target === undefined || isThere !== true) dead.push(`${name}: ${href}`);
    }
  }
  expect(pages.size).toBeGreaterThan(40);
  expect(dead).toEqual([]);
});

test("pages have their text without JavaScript, and the sidebar leads to all", () => {
  const page = pages.get("docs/tutorial/first-callback.html") ?? "";
  expect(page.replaceAll(/<script[^]*?<\/script>/g, "")).toContain("first callback");
  const linked = new Set(linksOf(page).map((href) => targetOf("index.html", href).file));
  const documents = [...pages.keys()].filter((name) => /^docs\/[a-z-]+\/[a-z-]+\.html$/.test(name));
  expect(documents.length).toBeGreaterThan(15);
  expect(documents.filter((name) => !linked.has(name))).toEqual([]);
});

test.each([
  ["client", client],
  ["kit", kit],
  ["testing", testing],
  ["server", server],
])("the page of %s has all that the package exports", (name, exported) => {
  const html = pages.get(`docs/reference/api/${name}.html`) ?? "";
  const headings = new Set(
    [...html.matchAll(/<h3 id="[^"]*"[^>]*>(\w+)/g)].map(([, heading]) => heading),
  );
  const names = Object.keys(exported);
  expect(names.length).toBeGreaterThan(0);
  expect(names.filter((one) => !headings.has(one))).toEqual([]);
});

test("a first visit loads less than 100 kB, and nothing from elsewhere", () => {
  const html = pages.get("index.html") ?? "";
  const files = [...html.matchAll(/(?:href|src)="\/([^"]+\.(?:css|js))"/g)].map(([, file = ""]) =>
    readFileSync(join(built, file)),
  );
  const bytes = [Buffer.from(html), ...files].map((file) => gzipSync(file).length);
  expect(files.length).toBeGreaterThan(2);
  expect(bytes.reduce((sum, one) => sum + one, 0)).toBeLessThan(mostFirstBytes);
  const foreign = [...html.matchAll(/<(?:script|link|img)[^>]*?(?:src|href)="https?:[^"]*"/g)];
  expect(foreign).toEqual([]);
});

test("the search works offline: its index is a file of the site", () => {
  const chunks = readdirSync(join(built, "assets"), { recursive: true, encoding: "utf8" });
  const index = chunks.filter((name) => name.includes("localSearchIndex"));
  expect(index).toHaveLength(1);
  // Chinese has no spaces; its words are found, too.
  expect(readFileSync(join(built, "assets", index[0] ?? ""), "utf8")).toContain('["签名"');
});
