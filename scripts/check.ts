// `npm run check`: checks the code without running it.
import { check, report, type Tally } from "./steps.ts";

const packages = ["protocol", "store", "server", "client", "kit", "testcontainers", "cli"] as const;

/** Types, lint, format, unused code, and the packages as others would install them. */
export async function checkAll(): Promise<readonly Tally[]> {
  const tallies = [
    await check("types of tests", "npx", ["tsc", "-p", "tsconfig.tests.json"]),
    await check("lint", "npx", ["oxlint", "--type-aware"]),
    await check("format", "npx", ["oxfmt", "--check", "."]),
    await check("unused code", "npx", ["knip", "--no-progress"]),
  ];
  process.env["OSSICLE_BUILT"] = "1"; // the packages are packed as they have just been built
  for (const name of packages) {
    tallies.push(
      await check(`publint ${name}`, "npx", ["publint", "--strict", `packages/${name}`]),
    );
    if (name === "cli") continue; // it has no importable entry
    tallies.push(
      await check(`attw ${name}`, "npx", [
        "attw",
        "--pack",
        `packages/${name}`,
        "--profile=esm-only",
        "--quiet",
      ]),
    );
  }
  return tallies;
}

if (process.argv[1]?.endsWith("check.ts")) process.exitCode = report(await checkAll());
