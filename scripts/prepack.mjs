// Builds the packages before `npm pack` and `npm publish`, so that a package contains the
// current state of its sources, and puts the licence into the package.
import { spawnSync } from "node:child_process";
import { copyFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

// `npm run check` packs every package, and builds them itself before.
if (process.env.OSSICLE_BUILT !== "1") {
  const run = fileURLToPath(new URL("run.mjs", import.meta.url));
  // Print to stderr, because callers read the stdout of `npm pack`.
  const { status } = spawnSync(process.execPath, [run, "build"], {
    stdio: ["ignore", process.stderr.fd, "inherit"],
  });
  process.exitCode = status ?? 1;
}
// npm runs this in the package's folder.
copyFileSync(fileURLToPath(new URL("../LICENSE", import.meta.url)), "LICENSE");
