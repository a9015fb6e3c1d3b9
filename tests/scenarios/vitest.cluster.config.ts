// Runs scenarios of one store on three nodes over PostgreSQL, behind HAProxy.
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import base from "../../vitest.config.ts";

const names = [
  "data-plane",
  "deliveries",
  "delivery-policy",
  "documents",
  "examples",
  "http-shapes",
  "typed-callback",
  "upload-callback",
];

const cluster = (file: string): string =>
  fileURLToPath(new URL(`cluster/${file}`, import.meta.url));

export default defineConfig({
  ...base,
  root: fileURLToPath(new URL("../..", import.meta.url)),
  resolve: {
    ...base.resolve,
    alias: [
      { find: "@ossicle/server/testing", replacement: cluster("start-store.ts") },
      { find: /^\.\/serve\.ts$/, replacement: cluster("serve.ts") },
    ],
  },
  test: { ...base.test, include: names.map((name) => `tests/scenarios/${name}.test.ts`) },
});
