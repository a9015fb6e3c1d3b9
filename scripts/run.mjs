// Entry of every npm script: installs dependencies when they are missing, builds, and runs the
// command. It is plain JavaScript, because a fresh clone has no TypeScript loader.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const stamp = `${root}node_modules/.ossicle-installed`;
/** Written when only what the program needs is installed. */
const programStamp = `${root}node_modules/.ossicle-program-installed`;
const program = `${root}packages/cli/dist/bundle/ossicle.js`;

function run(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: root, stdio: "inherit", ...options });
  if (result.status !== 0) process.exit(result.status ?? 1);
}

/**
 * Installs what is missing: of everything, or only of the workspaces that the program
 * consists of.
 */
function install(workspaces = []) {
  const manifests = [
    "package-lock.json",
    "package.json",
    ...["examples", "bench", "site"].map((folder) => `${folder}/package.json`),
    ...["packages", "tests"].flatMap((folder) =>
      readdirSync(`${root}${folder}`).map((name) => `${folder}/${name}/package.json`),
    ),
  ].filter((path) => existsSync(root + path));
  const wanted = manifests.map((path) => readFileSync(root + path, "utf8")).join("\n");
  const isInstalled = (file) => existsSync(file) && readFileSync(file, "utf8") === wanted;
  if (isInstalled(stamp) || (workspaces.length > 0 && isInstalled(programStamp))) return;
  process.stderr.write("installing the project's dependencies into node_modules …\n");
  // `npm ci` is not usable here. It refuses a lock file without the binaries of other platforms,
  // and some registries do not offer those for every version.
  const chosen = workspaces.map((name) => `--workspace=${name}`);
  run("npm", ["install", "--no-save", "--no-fund", "--no-audit", "--loglevel=error", ...chosen], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  writeFileSync(workspaces.length > 0 ? programStamp : stamp, wanted);
}

function build() {
  if (!existsSync(program)) process.stderr.write("building …\n");
  run(process.execPath, ["node_modules/typescript/bin/tsc", "-b", "tsconfig.json"]);
  script("bundle-packages", []);
  script("bundle-program", []);
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
const isSmall = command === "demo" && !args.includes("--cluster");
install(isSmall ? ["packages/cli", "packages/console"] : []);
switch (command) {
  case "demo":
    if (isSmall) {
      script("bundle-program", []);
      run(process.execPath, [program, "demo", ...args]);
    } else {
      build();
      script("demo-cluster", []);
    }
    break;
  case "build":
    build();
    break;
  case "test":
  case "check":
  case "faults":
  case "compatibility":
  case "reference":
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
  case "containers":
    build();
    run("npx", ["vitest", "run", "--config", "tests/containers/vitest.config.ts", ...args]);
    break;
  case "release":
    if (args[0] === "publish") {
      build();
      run("npx", ["changeset", "publish"]);
    } else {
      run("npx", ["changeset", "version"]);
      script("stamp-version", []);
      run("npm", ["install", "--package-lock-only", "--no-audit", "--loglevel=error"]);
    }
    break;
  case "docs":
    run(process.execPath, ["--import", "tsx", "site/build.ts", ...args]);
    break;
  case "pictures":
    build();
    run(process.execPath, ["--import", "tsx", "tests/scenarios/console/pictures.ts"]);
    break;
  case "bench":
    build();
    run(process.execPath, ["--import", "tsx", "bench/main.ts", ...args]);
    break;
  default:
    process.stderr.write(
      "usage: run.mjs demo | build | test | check | faults | bench | compatibility | ecosystem | " +
        "containers | pictures | reference | docs | release\n",
    );
    process.exit(2);
}
