// Runs before `npm pack` and `npm publish` of every package: what is packed is built from the
// sources beside it.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

// `npm run check` packs every package, and has built them before.
if (process.env.OSSICLE_BUILT !== "1") {
  const run = fileURLToPath(new URL("run.mjs", import.meta.url));
  // npm reads what a script prints as the pack's own output.
  const { status } = spawnSync(process.execPath, [run, "build"], {
    stdio: ["ignore", process.stderr.fd, "inherit"],
  });
  process.exitCode = status ?? 1;
}
