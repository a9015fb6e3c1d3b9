// The site: what VitePress builds, from what, and how readers find their way.
import { defineConfig } from "vitepress";
import { apiPages, writeApiPages } from "../api.ts";
import { documentPaths, prepareSite, source, titleOf } from "../prepare.ts";

prepareSite();
await writeApiPages(source);

/** Sections of the sidebar: the folders of docs/, in the order in which a reader needs them. */
const sections = [
  { text: "Tutorial", folder: "docs/tutorial/" },
  { text: "How-to guides", folder: "docs/how-to/" },
  { text: "Reference", folder: "docs/reference/" },
  { text: "Explanation", folder: "docs/explanation/" },
  { text: "Decisions", folder: "docs/decisions/" },
  { text: "简体中文", folder: "docs/zh-CN/" },
] as const;

const project = [
  "docs/README.md",
  "docs/GLOSSARY.md",
  "ARCHITECTURE.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  "bench/README.md",
  "deploy/README.md",
  "findings/README.md",
];

const linkTo = (path: string): { readonly text: string; readonly link: string } => ({
  text: titleOf(path),
  link: `/${path.replace(/README\.md$/, "").replace(/\.md$/, "")}`,
});

/** Words of a text in any language. It runs in the reader's browser, too. */
function wordsOf(text: string): string[] {
  const segments = new Intl.Segmenter("zh", { granularity: "word" }).segment(text);
  return Array.from(segments)
    .filter(({ isWordLike }) => isWordLike)
    .map(({ segment }) => segment);
}

const documents = documentPaths();
const pagesIn = (folder: string) => documents.filter((path) => path.startsWith(folder)).map(linkTo);

export default defineConfig({
  title: "Ossicle",
  description:
    "A self-hosted object store that speaks the Alibaba Cloud OSS protocol and calls you back",
  srcDir: source,
  outDir: "../.cache/site-built",
  cacheDir: "../.cache/vitepress",
  cleanUrls: true,
  // Below a path, as on GitHub Pages: OSSICLE_DOCS_BASE=/ossicle/
  base: process.env["OSSICLE_DOCS_BASE"] ?? "/",
  locales: {
    root: { label: "English", lang: "en" },
    "docs/zh-CN": { label: "简体中文", lang: "zh-CN", link: "/README.zh-CN" },
  },
  themeConfig: {
    i18nRouting: false, // only some pages are translated
    search: {
      provider: "local",
      options: { miniSearch: { options: { tokenize: wordsOf } } },
    },
    outline: { level: [2, 3] },
    nav: [
      { text: "Tutorial", link: "/docs/tutorial/first-callback" },
      { text: "Documents", link: "/docs/" },
    ],
    sidebar: [
      { text: "Ossicle", items: [linkTo("README.md"), ...project.map(linkTo)] },
      { text: "Packages", items: [...apiPages], collapsed: true },
      ...sections.map(({ text, folder }) => ({
        text,
        items: pagesIn(folder),
        collapsed: folder === "docs/decisions/",
      })),
    ],
  },
});
