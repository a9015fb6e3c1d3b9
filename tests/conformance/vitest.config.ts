// The foreign SDKs run against what a user would install: no source condition here.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/conformance/*/*.test.ts"],
    testTimeout: 120_000,
    hookTimeout: 180_000,
    fileParallelism: false,
  },
});
