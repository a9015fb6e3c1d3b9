// `npm run docs`: builds the site, and serves it unless `--build` is given.
import { parseArgs } from "node:util";
import { build, serve } from "vitepress";
import { root } from "../scripts/steps.ts";

const { values } = parseArgs({
  options: { build: { type: "boolean" }, port: { type: "string", default: "4173" } },
});
const folder = `${root}site`;
await build(folder);
if (values.build !== true) await serve({ root: folder, port: Number(values.port) });
