// Copies the documents to where VitePress builds the site from, with the folders as they are in the
// repository, so that their links hold. A link to any other file goes to the repository.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { root } from "../scripts/steps.ts";

/** Where the site is built from. */
export const source = join(root, ".cache", "site");

/** Where the repository is read on the web; a file's path follows. */
const repository = "https://github.com/ossicle/ossicle/blob/main";

/** Documents outside `docs`. */
const others = [
  "README.md",
  "README.zh-CN.md",
  "ARCHITECTURE.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  "bench/README.md",
  "deploy/README.md",
  "findings/README.md",
  "tests/conformance/README.md",
  "tests/scenarios/power-cut/README.md",
];

/** Paths of all documents, in the repository. */
export function documentPaths(): readonly string[] {
  const names = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" });
  const pages = names.filter((name) => name.endsWith(".md")).map((name) => join("docs", name));
  return [...others, ...pages].sort();
}

/** A README is the page of its folder. */
const asPage = (path: string): string => path.replace(/README\.md$/, "index.md");

// Links that hold in the repository, as links that hold on the site.
function withSiteLinks(
  { path, text }: { readonly path: string; readonly text: string },
  pages: ReadonlySet<string>,
): string {
  return text.replaceAll(/\]\(([^)\s:#]+)(#[^)\s]*)?\)/g, (whole, target: string, anchor = "") => {
    const file = relative(root, resolve(root, dirname(path), target));
    if (pages.has(file)) return `](${asPage(target)}${anchor})`;
    if (file.startsWith("docs/images/")) return whole;
    return `](${repository}/${file}${anchor})`;
  });
}

/** Columns of a table that need the width of the page's outline, too. */
const wideColumns = 6;

function isWide(text: string): boolean {
  return text
    .split("\n")
    .some((line) => line.startsWith("|") && line.split("|").length > wideColumns);
}

/** A page without its outline beside it, which leaves more width to tables. */
export function withoutAside(text: string): string {
  return `---\naside: false\n---\n\n${text}`;
}

/** Makes the source folder anew. */
export function prepareSite(): void {
  rmSync(source, { recursive: true, force: true });
  const pages = new Set(documentPaths());
  for (const path of pages) {
    const target = join(source, asPage(path));
    mkdirSync(dirname(target), { recursive: true });
    const text = readFileSync(join(root, path), "utf8");
    const linked = withSiteLinks({ path, text }, pages);
    writeFileSync(target, isWide(text) ? withoutAside(linked) : linked);
  }
  cpSync(join(root, "docs/images"), join(source, "docs/images"), { recursive: true });
}

/** The title of a document: its first heading. */
export function titleOf(path: string): string {
  const text = readFileSync(join(root, path), "utf8");
  return /^# (.+)$/m.exec(text)?.[1]?.replaceAll("`", "") ?? path;
}
