// Entry of every npm script: installs and builds what is missing, then hands over. Plain
// JavaScript, because a fresh clone has nothing else.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const stamp = `${root}node_modules/.ossicle-installed`;

function run(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: root, stdio: "inherit", ...options });
  if (result.status !== 0) process.exit(result.status ?? 1);
}

function install() {
  const lock = readFileSync(`${root}package-lock.json`, "utf8");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lock) return;
  process.stderr.write("installing what the project needs into node_modules …\n");
  // Not `npm ci`: it refuses a lock that lacks binaries of other platforms, which registries may
  // not offer at every version.
  run("npm", ["install", "--no-save", "--no-fund", "--no-audit", "--loglevel=error"], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  writeFileSync(stamp, lock);
}

function build() {
  run(process.execPath, ["node_modules/typescript/bin/tsc", "-b", "tsconfig.json"]);
  script("bundle", []);
}

function script(name, args) {
  run(process.execPath, [
    "--conditions=@ossicle/source",
    "--import",
    "tsx",
    `scripts/${name}.ts`,
    ...args,
  ]);
}

const [command, ...args] = process.argv.slice(2);
install();
switch (command) {
  case "demo":
    build();
    run(process.execPath, ["packages/cli/dist/bundle/ossicle.js", "demo", ...args]);
    break;
  case "build":
    build();
    break;
  case "test":
  case "check":
  case "faults":
  case "compatibility":
    build();
    script(command, args);
    break;
  case "ecosystem":
    build();
    run(process.execPath, [
      "--conditions=@ossicle/source",
      "--import",
      "tsx",
      "tests/ecosystem/run.ts",
      ...args,
    ]);
    break;
  case "bench":
    build();
    run(process.execPath, ["--import", "tsx", "bench/main.ts", ...args]);
    break;
  default:
    process.stderr.write(
      "usage: run.mjs demo | build | test | check | faults | bench | compatibility | ecosystem\n",
    );
    process.exit(2);
}
