// The foreign SDKs run against the built packages, as a user installs them, so no source condition
// is set here.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/conformance/*/*.test.ts"],
    testTimeout: 120_000,
    hookTimeout: 180_000,
    fileParallelism: false,
  },
});
