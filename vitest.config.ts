// How tests run: every workspace package from its sources, never from a stale build.
import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { conditions: ["@ossicle/source"] },
  ssr: { resolve: { conditions: ["@ossicle/source"] } },
  test: {
    include: [
      "packages/*/src/**/*.test.ts",
      "tests/scenarios/**/*.test.ts",
      "scripts/**/*.test.ts",
      "bench/**/*.test.ts",
    ],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    // The machines are shared: what is waited for may take long, and is not timed.
    expect: { poll: { timeout: 20_000 } },
  },
});
