// Runs scenarios of one store on three nodes over PostgreSQL, behind HAProxy.
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import base from "../../vitest.config.ts";

const names = ["data-plane", "documents", "typed-callback", "upload-callback"];

export default defineConfig({
  ...base,
  root: fileURLToPath(new URL("../..", import.meta.url)),
  resolve: {
    ...base.resolve,
    alias: {
      "@ossicle/server/testing": fileURLToPath(new URL("cluster/start-store.ts", import.meta.url)),
    },
  },
  test: { ...base.test, include: names.map((name) => `tests/scenarios/${name}.test.ts`) },
});
