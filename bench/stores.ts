// Starts the store that is measured: this build, or the build of an earlier commit.
import { readdirSync, readFileSync } from "node:fs";
import { createClient } from "@ossicle/client";
import { buildEarlier, programOf } from "../scripts/build-earlier.ts";
import { bucket, credentials } from "./load.ts";
import { processorMicros, root, type Running, start } from "./process.ts";

/** How a store is started. */
export interface How {
  /** Arguments of Node itself. */
  readonly node?: readonly string[];
  /** The folder of a build; without it, this one. */
  readonly build?: string | undefined;
  /** The path of Node; without it, the one that runs this program. */
  readonly program?: string | undefined;
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts a built store on a folder. `args` are options of `ossicle serve`. */
export function serve(
  data: string,
  args: readonly string[] = [],
  { node = [], build = root, program, env: further = {} }: How = {},
): Promise<Running> {
  const own = [programOf(build), "serve", "--data", data, "--port", "0", "--log-level", "warn"];
  const { accessKeyId, accessKeySecret } = credentials;
  const key = { OSS_ACCESS_KEY_ID: accessKeyId, OSS_ACCESS_KEY_SECRET: accessKeySecret };
  const env = { ...key, ...further };
  return start([...node, ...own, ...args], env, program);
}

/** Starts a built store on a folder, with a bucket. */
export async function startOssicle(...how: Parameters<typeof serve>): Promise<Running> {
  const store = await serve(...how);
  const client = createClient({ endpoint: store.url, region: "cn-hangzhou", credentials });
  await client.putBucket({ bucket });
  return store;
}

/** The commit before issue 13: the goals of a comparison are meant beside it. */
export const referenceCommit = "cc239be";

/**
 * This build and an earlier commit's, by their names in reports. The commit is built if there is no
 * build of it yet.
 */
export function buildsToCompare(commit: string): Readonly<Record<string, How>> {
  return { "this build": {}, [`commit ${commit}`]: { build: buildEarlier(commit) } };
}

/**
 * The process id of a store's only worker: a child of the process that was started. In early
 * commits, a single worker was that process itself.
 */
export function workerOf(store: Running): number {
  return childrenOf(store.pid)[0] ?? store.pid;
}

/** The process ids of a store's workers. */
export function workersOf(store: Running): readonly number[] {
  return childrenOf(store.pid);
}

function childrenOf(pid: number): readonly number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((one) => parentOf(one) === pid);
}

/** A process and all below it. */
export function treeOf(pid: number): readonly number[] {
  return [pid, ...childrenOf(pid).flatMap(treeOf)];
}

/** Processor time that a process and all below it have used, in microseconds. */
export function processorOfTree(pid: number): number {
  return treeOf(pid).reduce(
    (sum, one) => sum + processorMicros(readFileSync(`/proc/${one}/stat`, "utf8")),
    0,
  );
}

function parentOf(pid: number): number | undefined {
  try {
    return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
  } catch {
    return undefined; // it has ended
  }
}
