// Run by `npm run release`: writes the packages' new version into the files that name the image or
// the program by version.
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./steps.ts";

const versionIn = (path: string, pattern: RegExp): string => {
  const found = pattern.exec(readFileSync(join(root, path), "utf8"))?.[1];
  if (found === undefined) throw new Error(`${path} has no version`);
  return found;
};

const files = [
  ...readdirSync(join(root, "deploy"), { recursive: true, encoding: "utf8" })
    .map((name) => join("deploy", name))
    .filter((path) => statSync(join(root, path)).isFile()),
  "docs/how-to/test-in-another-language.md",
  "packages/testcontainers/README.md",
  "packages/testcontainers/src/ossicle-container.ts",
];

const before = versionIn("deploy/helm/ossicle/Chart.yaml", /^version: (\S+)/m);
const now = versionIn("packages/cli/package.json", /"version": "([^"]+)"/);
for (const path of files) {
  const text = readFileSync(join(root, path), "utf8");
  if (text.includes(before)) writeFileSync(join(root, path), text.replaceAll(before, now));
}
