// The software that the ecosystem jobs test: the commands that each tool needs, how it is
// installed, and how its main job runs against a store. For each check, a job prints a line with
// `ok` or `FAIL` and the check's name.
import { spawnSync } from "node:child_process";
import { copyFileSync, cpSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the tools' jobs. */
const here = fileURLToPath(new URL(".", import.meta.url));

/** Where tools are installed, each in a folder of its own. */
export const cache: string = fileURLToPath(new URL("../../.cache/ecosystem/", import.meta.url));

/** A store for a tool, with a bucket that is empty. */
export interface ToolStore {
  readonly endpoint: string;
  readonly port: string;
  readonly bucket: string;
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
}

/** A tool. */
export interface Tool {
  /** Also its page's name, in docs/how-to/ecosystem. */
  readonly name: string;
  readonly what: string;
  readonly version: string;
  /** Commands that the tool needs, with the Debian packages that provide them. */
  readonly needs: Readonly<Record<string, string>>;
  /** Further options of `ossicle serve`. */
  readonly storeArgs?: (bucket: string) => readonly string[];
  /** Installs the tool into an empty folder. */
  readonly install: (folder: string) => void;
  /** The command that does the job, in a copy of the job's folder. */
  readonly run: (installed: string, store: ToolStore) => readonly string[];
}

const go = { go: "golang-go" };
const python = { python3: "python3-venv" };
const java = { javac: "default-jdk-headless", mvn: "maven" };

/** The tools, in the order of the guide's table. */
export const tools: readonly Tool[] = [
  {
    name: "terraform",
    what: "Terraform's `oss` backend",
    version: "1.8.5",
    needs: go,
    install: (folder) =>
      must("go", ["install", "github.com/hashicorp/terraform@v1.8.5"], folder, { GOBIN: folder }),
    run: (installed) => ["bash", "job.sh", join(installed, "terraform")],
  },
  {
    name: "hadoop",
    what: "hadoop-aliyun, `hadoop fs`",
    version: "3.5.0",
    needs: java,
    install: (folder) => installJars("hadoop", folder),
    run: (installed) => ["java", "-cp", `.:${join(installed, "lib")}/*`, "Job.java"],
  },
  {
    name: "iceberg",
    what: "Apache Iceberg's OSSFileIO",
    version: "1.10.1",
    needs: java,
    install: (folder) => installJars("iceberg", folder),
    run: (installed) => ["java", "-cp", `${join(installed, "lib")}/*`, "Job.java"],
  },
  {
    name: "ossfs",
    what: "fsspec's ossfs",
    version: "2025.5.0",
    needs: python,
    install: (folder) => installPython(folder, ["ossfs==2025.5.0"]),
    run: (installed) => [join(installed, "bin", "python"), "job.py"],
  },
  {
    name: "dvc",
    what: "DVC",
    version: "3.67.1",
    needs: python,
    install: (folder) =>
      installPython(folder, [
        "dvc==3.67.1",
        "dvc-oss==3.0.0",
        "ossfs==2025.5.0",
        "aiooss2==0.2.11",
        "aiohttp==3.10.5",
      ]),
    run: (installed) => [join(installed, "bin", "python"), "job.py"],
  },
  {
    name: "thanos",
    what: "Thanos's objstore",
    version: "0.0.0-20250804093838-71d60dfee488",
    needs: go,
    install: (folder) =>
      installGo("thanos", folder, [
        "github.com/thanos-io/objstore@v0.0.0-20250804093838-71d60dfee488",
        "github.com/go-kit/log@v0.2.1",
      ]),
    run: (installed) => [join(installed, "job")],
  },
  {
    name: "distribution",
    what: "distribution, the container registry",
    version: "2.8.3",
    needs: { ...go, ...python },
    storeArgs: (bucket) => ["--custom-domains", `localhost=${bucket}`],
    install: installDistribution,
    run: (installed) => ["python3", "job.py", join(installed, "registry")],
  },
  {
    name: "django-oss-storage",
    what: "django-oss-storage",
    version: "1.1.1",
    needs: python,
    install: (folder) => installPython(folder, ["Django==3.2.25", "django-oss-storage==1.1.1"]),
    run: (installed) => [join(installed, "bin", "python"), "job.py"],
  },
  {
    name: "multer",
    what: "multer-aliyun-oss",
    version: "2.1.3",
    needs: {},
    install: (folder) =>
      installNode(folder, [
        "multer-aliyun-oss@2.1.3",
        "ali-oss@6.23.0",
        "multer@2.5.0",
        "express@5.3.0",
      ]),
    run: (installed) => ["node", join(installed, "job.mjs")],
  },
  {
    name: "opendal",
    what: "Apache OpenDAL",
    version: "0.47.12",
    needs: python,
    install: (folder) => installPython(folder, ["opendal==0.47.12"]),
    run: (installed) => [join(installed, "bin", "python"), "job.py"],
  },
];

/** The folder of a tool's job. */
export function jobFolder(name: string): string {
  return join(here, name === "django-oss-storage" ? "django" : name);
}

/** Installs a tool unless it is installed already. Returns its folder. */
export function installed({ name, version, install }: Tool): string {
  const folder = join(cache, `${name}-${version}`);
  if (existsSync(join(folder, ".installed"))) return folder;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  install(folder);
  mkdirSync(join(folder, ".installed"));
  return folder;
}

function installJars(job: string, folder: string): void {
  copyFileSync(join(jobFolder(job), "pom.xml"), join(folder, "pom.xml"));
  const out = `-DoutputDirectory=${join(folder, "lib")}`;
  must("mvn", ["-q", "-B", "dependency:copy-dependencies", "-DincludeScope=runtime", out], folder);
}

function installPython(folder: string, packages: readonly string[]): void {
  must("python3", ["-m", "venv", folder], folder);
  must(join(folder, "bin", "python"), ["-m", "pip", "install", "-q", ...packages], folder);
}

function installNode(folder: string, packages: readonly string[]): void {
  must("npm", ["init", "-y"], folder);
  const quiet = ["--silent", "--ignore-scripts", "--no-audit", "--no-fund"];
  must("npm", ["install", ...quiet, ...packages], folder);
  // The job must be in the folder of the packages that it imports.
  copyFileSync(join(jobFolder("multer"), "job.mjs"), join(folder, "job.mjs"));
}

function installGo(job: string, folder: string, modules: readonly string[]): void {
  copyFileSync(join(jobFolder(job), "main.go"), join(folder, "main.go"));
  must("go", ["mod", "init", "job"], folder);
  must("go", ["get", ...modules], folder);
  must("go", ["mod", "tidy"], folder);
  must("go", ["build", "-o", "job", "."], folder);
}

// The registry's releases name no module versions, so our go.mod names them. One of these modules
// can no longer be downloaded; the folder letsencrypt replaces it.
function installDistribution(folder: string): void {
  cpSync(jobFolder("distribution"), folder, { recursive: true });
  const options = ["-mod=mod", "-tags", "include_oss", "-o", "registry"];
  must("go", ["build", ...options, "github.com/docker/distribution/cmd/registry"], folder);
}

function must(
  command: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): void {
  const { status } = spawnSync(command, [...args], {
    cwd,
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, ...env },
  });
  if (status !== 0) throw new Error(`${command} ${args.slice(0, 3).join(" ")} failed`);
}
