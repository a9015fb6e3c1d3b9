// Prepares the foreign SDKs inside the project's folder: a virtual environment, a Go module cache,
// a Maven repository. Prepares newer versions of Node too. It reports the commands that the machine
// lacks, and installs system packages only if the caller sets `install`.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const cache = join(here, "..", "..", ".cache", "sdks");

/** A foreign SDK, ready or not. */
export interface PreparedSdk {
  readonly name: string;
  /** Its test file. */
  readonly file: string;
  /** Whether it also runs against several nodes. */
  readonly tellsStories: boolean;
  readonly ready: boolean;
  /** What the machine lacks. */
  readonly missing?: string;
}

/** Programs of the SDKs, as the tests start them. */
export const programs = {
  python: join(cache, "python", "bin", "python"),
  go: join(cache, "go-v2"),
  goSuite: join(cache, "go-suite"),
  goSuiteSources: join(cache, "gomod/github.com/aliyun/alibabacloud-oss-go-sdk-v2@v1.6.1/oss"),
  javaClasspath: join(cache, "java-classpath.txt"),
  javaClasses: join(cache, "java-classes"),
} as const;

// The package `node` runs a script that fetches this one, which holds the program.
const nodePackage = `node-${process.platform}-${process.arch}`;

const nodeVersions = { 22: "22.23.3", 24: "24.21.0", 26: "26.10.0" } as const;

/** Programs of the newer versions of Node, by major version. */
export const nodePrograms: Readonly<Record<string, string>> = Object.fromEntries(
  Object.keys(nodeVersions).map((major) => [major, join(nodeFolder(major), "bin", "node")]),
);

interface Preparation {
  readonly name: string;
  readonly file: string;
  /** Whether it is a program of stories (harness.ts), which also run against several nodes. */
  readonly tellsStories?: true;
  /** Commands that the preparation needs, with the Debian packages that provide them. */
  readonly needs: Readonly<Record<string, string>>;
  /** Files that make a new preparation necessary when they change. */
  readonly inputs: readonly string[];
  readonly prepare: () => void;
}

const preparations: readonly Preparation[] = [
  {
    name: "ali-oss",
    file: "tests/conformance/ali-oss",
    tellsStories: true,
    needs: {},
    inputs: [],
    prepare: () => undefined,
  },
  {
    name: "oss2",
    file: "tests/conformance/oss2",
    tellsStories: true,
    needs: { python3: "python3-venv" },
    inputs: ["requirements.txt"],
    prepare: preparePython,
  },
  {
    name: "alibabacloud-oss-v2",
    file: "tests/conformance/alibabacloud-oss-v2",
    tellsStories: true,
    needs: { python3: "python3-venv" },
    inputs: ["requirements.txt"],
    prepare: preparePython,
  },
  {
    name: "our client in Chromium",
    file: "tests/conformance/browser",
    needs: { chromium: "chromium" },
    inputs: [],
    prepare: () => undefined,
  },
  {
    name: "alibabacloud-oss-go-sdk-v2",
    file: "tests/conformance/go-v2",
    tellsStories: true,
    needs: { go: "golang-go" },
    inputs: ["go-v2/main.go", "go-v2/go.mod", "go-v2/go.sum"],
    prepare: prepareGo,
  },
  {
    name: "alibabacloud-oss-go-sdk-v2's own tests",
    file: "tests/conformance/go-suite",
    needs: { go: "golang-go" },
    inputs: ["go-v2/go.mod", "go-v2/go.sum"],
    prepare: prepareGoSuite,
  },
  {
    name: "aliyun-sdk-oss",
    file: "tests/conformance/java",
    tellsStories: true,
    needs: { javac: "default-jdk-headless", mvn: "maven" },
    inputs: ["java/pom.xml", "java/Conformance.java"],
    prepare: prepareJava,
  },
  {
    // It uses what the SDKs above have prepared.
    name: "code of the callback lab",
    file: "tests/conformance/snippets",
    needs: {
      python3: "python3-venv",
      go: "golang-go",
      javac: "default-jdk-headless",
      mvn: "maven",
      php: "php-cli",
      curl: "curl",
    },
    inputs: [],
    prepare: () => undefined,
  },
  {
    name: "newer Node",
    file: "tests/conformance/newer-node",
    needs: {},
    inputs: ["prepare.ts"],
    prepare: prepareNodes,
  },
];

/** Prepares every SDK. */
export async function prepareSdks({
  install,
}: {
  readonly install: boolean;
}): Promise<readonly PreparedSdk[]> {
  await mkdir(cache, { recursive: true });
  const out: PreparedSdk[] = [];
  for (const { name, file, tellsStories = false, needs, inputs, prepare } of preparations) {
    const missing = provide(needs, { install });
    if (missing.length > 0) {
      out.push({
        name,
        file,
        tellsStories,
        ready: false,
        missing: `this machine lacks ${missing.join(" and ")}`,
      });
      continue;
    }
    await onceFor(name, inputs, prepare);
    out.push({ name, file, tellsStories, ready: true });
  }
  return out;
}

/**
 * Checks for commands, and installs their Debian packages if `install` is set. Returns the commands
 * that this machine still lacks.
 */
export function provide(
  needs: Readonly<Record<string, string>>,
  { install }: { readonly install: boolean },
): readonly string[] {
  const lacking = Object.entries(needs).filter(([command]) => !has(command));
  if (lacking.length > 0 && install) {
    installPackages(lacking.flatMap(([, packages]) => packages.split(" ")));
  }
  return Object.keys(needs).filter((command) => !has(command));
}

function has(command: string): boolean {
  return spawnSync("sh", ["-c", `command -v ${command}`]).status === 0;
}

function installPackages(names: readonly string[]): void {
  must("apt-get", ["update", "-q"]);
  must("apt-get", ["install", "-y", "-q", "--no-install-recommends", ...names]);
}

async function onceFor(
  name: string,
  inputs: readonly string[],
  prepare: () => void,
): Promise<void> {
  const stamp = join(cache, `${name}.stamp`);
  const texts = await Promise.all(inputs.map((input) => readFile(join(here, input), "utf8")));
  const wanted = texts.join("\0");
  if (existsSync(stamp) && (await readFile(stamp, "utf8")) === wanted) return;
  process.stdout.write(`preparing ${name} …\n`);
  prepare();
  await writeFile(stamp, wanted);
}

function preparePython(): void {
  if (!existsSync(programs.python)) must("python3", ["-m", "venv", join(cache, "python")]);
  must(programs.python, ["-m", "pip", "install", "-q", "-r", join(here, "requirements.txt")]);
}

function prepareGo(): void {
  must("go", ["build", "-o", programs.go, "."], {
    cwd: join(here, "go-v2"),
    env: {
      ...process.env,
      GOMODCACHE: join(cache, "gomod"),
      GOFLAGS: "-mod=mod -modcacherw",
      GOTOOLCHAIN: "local",
    },
  });
}

// The SDK's module contains its tests. They are compiled from the sources as downloaded.
function prepareGoSuite(): void {
  must("go", ["test", "-c", "-tags", "integration", "-o", programs.goSuite, "."], {
    cwd: programs.goSuiteSources,
    env: {
      ...process.env,
      GOMODCACHE: join(cache, "gomod"),
      GOFLAGS: "-modcacherw",
      GOTOOLCHAIN: "local",
    },
  });
}

function prepareJava(): void {
  const pom = join(here, "java", "pom.xml");
  const settings = ["-B", "-q", "-f", pom, `-Dmaven.repo.local=${join(cache, "maven")}`];
  must("mvn", [
    ...settings,
    "dependency:build-classpath",
    `-Dmdep.outputFile=${programs.javaClasspath}`,
  ]);
  must("sh", [
    "-c",
    `javac -cp "$(cat '${programs.javaClasspath}')" -d '${programs.javaClasses}' ` +
      `'${join(here, "java", "Conformance.java")}'`,
  ]);
}

function nodeFolder(major: string): string {
  return join(cache, `node-${major}`, "node_modules", nodePackage);
}

function prepareNodes(): void {
  for (const [major, version] of Object.entries(nodeVersions)) {
    const prefix = join(cache, `node-${major}`);
    must("npm", ["install", "--prefix", prefix, "--no-save", `${nodePackage}@${version}`]);
  }
}

function must(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): void {
  const { status } = spawnSync(command, args, {
    stdio: ["ignore", "inherit", "inherit"],
    ...options,
  });
  if (status !== 0) throw new Error(`${command} ${args[0] ?? ""} failed`);
}
