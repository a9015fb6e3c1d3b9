// Software bills of materials, in the format of CycloneDX 1.6 (ECMA-424).
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

function manifestIn(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
}

/** The folders of all packages that one needs to run, as npm has installed them here. */
export function runtimePackages(folder: string, found: Set<string> = new Set()): Set<string> {
  const { dependencies, optionalDependencies } = manifestIn(folder);
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
    const installed = findPackage(folder, name);
    if (installed === undefined || found.has(installed)) continue; // optional, of another platform
    found.add(installed);
    runtimePackages(installed, found);
  }
  return found;
}

function findPackage(folder: string, name: string): string | undefined {
  const path = join(folder, "node_modules", name);
  if (existsSync(join(path, "package.json"))) return path;
  return dirname(folder) === folder ? undefined : findPackage(dirname(folder), name);
}

/** The bill of a package: itself, and the packages in `folders`. */
export function billOfMaterials(folder: string, folders: Iterable<string>): string {
  const components = [...folders].map((one) => componentOf(manifestIn(one)));
  const unique = new Map(components.map((one) => [one.purl, one]));
  const bill = {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: { component: componentOf(manifestIn(folder)) },
    components: [...unique.values()].toSorted((one, other) => (one.purl < other.purl ? -1 : 1)),
  };
  return `${JSON.stringify(bill, undefined, 2)}\n`;
}

function componentOf({ name, version, license }: Manifest) {
  const purl = `pkg:npm/${name.replace("@", "%40")}@${version}`;
  const licenses = license === undefined ? [] : [licenceOf(license)];
  return { type: "library", "bom-ref": purl, name, version, purl, licenses };
}

// An SPDX expression has brackets or operators; an identifier has none.
function licenceOf(license: string): object {
  return /[ (]/.test(license) ? { expression: license } : { license: { id: license } };
}
