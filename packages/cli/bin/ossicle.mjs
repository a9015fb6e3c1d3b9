#!/usr/bin/env node
// The command's launcher. npm links a command when it installs a package, and skips one whose file
// is not there; in this repository the program itself is built later.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const program = new URL("../dist/bundle/ossicle.js", import.meta.url);
if (existsSync(fileURLToPath(program))) await import(program.href);
else {
  process.stderr.write("ossicle is not built yet: run `npm run build` in the repository's root\n");
  process.exitCode = 1;
}
