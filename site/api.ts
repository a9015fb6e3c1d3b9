// The reference of the packages' functions, made by TypeDoc from their documentation.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Application } from "typedoc";
import { load } from "typedoc-plugin-markdown";
import { root } from "../scripts/steps.ts";
import { withoutAside } from "./prepare.ts";

/** The modules that applications use: the entry of each, below `packages`, and its page's name. */
const modules = [
  { title: "@ossicle/client", page: "client", entry: "client/src/index.ts" },
  { title: "@ossicle/kit", page: "kit", entry: "kit/src/index.ts" },
  { title: "@ossicle/server/testing", page: "testing", entry: "server/src/testing/index.ts" },
  {
    title: "@ossicle/testcontainers",
    page: "testcontainers",
    entry: "testcontainers/src/index.ts",
  },
  { title: "@ossicle/server", page: "server", entry: "server/src/index.ts" },
] as const;

/** The pages' folder, below the site's root. */
const folder = "docs/reference/api";

/** The pages, for the sidebar. */
export const apiPages: readonly { readonly text: string; readonly link: string }[] = modules.map(
  ({ title, page }) => ({ text: title, link: `/${folder}/${page}` }),
);

/** Options of typedoc-plugin-markdown, which TypeDoc's types do not have. */
const markdownOptions = {
  router: "module",
  hideBreadcrumbs: true,
  hidePageHeader: true,
  parametersFormat: "table",
  interfacePropertiesFormat: "table",
  tableColumnSettings: { hideModifiers: true, hideInherited: true },
};

/** Writes the pages below the site's source. Throws when TypeDoc cannot read a module. */
export async function writeApiPages(source: string): Promise<void> {
  const out = join(source, folder);
  const entries = modules.map(({ entry }) => join(root, "packages", entry));
  const application = await Application.bootstrapWithPlugins({
    entryPoints: entries,
    tsconfig: join(root, "tsconfig.tests.json"),
    plugin: [load],
    ...markdownOptions,
    readme: "none",
    groupOrder: ["Functions", "Interfaces", "Type Aliases", "Variables", "Classes"],
    logLevel: "Error",
    skipErrorChecking: true, // the repository's own compiler is newer, and checks all of it
    disableSources: true,
    excludeExternals: true,
    excludePrivate: true,
  });
  const project = await application.convert();
  if (project === undefined) throw new Error("TypeDoc cannot read the packages");
  for (const { page, entry } of modules) {
    const name = entry.replace("/index.ts", "");
    const found = project.children?.find((child) => child.name === name);
    if (found === undefined) throw new Error(`TypeDoc has no module ${name}`);
    found.name = page;
  }
  await application.outputs.writeOutput({ name: "markdown", path: out }, project);
  rmSync(join(out, "README.md")); // a list of the modules: the sidebar has it
  for (const { title, page } of modules) {
    const file = join(out, `${page}.md`);
    const text = readFileSync(file, "utf8")
      .replace(/^# .*/m, `# ${title}`)
      .replaceAll("__namedParameters", "options"); // TypeDoc's name for a destructured parameter
    writeFileSync(file, withoutAside(text));
  }
}
