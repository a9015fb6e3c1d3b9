// How code for Node is bundled.
import type { BuildOptions } from "esbuild";

/** Options of every bundle for Node. */
export const inNode: BuildOptions = {
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20.19",
  sourcemap: true,
  logLevel: "warning",
  // Chunks that are loaded later import chunks of our own packages, which have no side effects.
  logOverride: { "ignored-bare-import": "silent" },
};
