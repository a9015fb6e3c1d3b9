// The servers that are compared with each other.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bucket } from "./load.ts";
import { output } from "./process.ts";
import type { BenchOptions } from "./report.ts";
import { makeS3Bucket } from "./s3.ts";
import {
  buildsToCompare,
  type How,
  processorOfTree,
  referenceCommit,
  startOssicle,
  treeOf,
} from "./stores.ts";

/** A server that is measured. */
export interface Candidate {
  readonly name: string;
  readonly url: string;
  /** Its first process; undefined where it runs elsewhere. */
  readonly pid: number | undefined;
  readonly signing: "V4" | "S3";
  /** How it connects to the application; undefined where it does not call it. */
  readonly calls: "close" | "keep-alive" | undefined;
}

/** What a server used for some work. */
export interface Usage {
  /** Processor time in microseconds; NaN where the server runs elsewhere. */
  readonly processorMicros: number;
  /** The sum of the peaks of its processes' resident memory, in MiB; NaN likewise. */
  readonly peakMebibytes: number;
}

/** Starts the stores, each on a folder of its own, and makes the bucket of a peer. */
export async function startCandidates(
  folder: string,
  { against, node, peer }: BenchOptions,
): Promise<readonly Candidate[]> {
  const candidates: Candidate[] = [];
  const ways = node === undefined ? buildsToCompare(against) : underEachNode(node);
  for (const [name, how] of Object.entries(ways)) {
    for (const calls of ["close", "keep-alive"] as const) {
      const args = ["--callback-connections", calls];
      const data = join(folder, String(candidates.length));
      const store = await startOssicle(data, args, how);
      candidates.push({ name, url: store.url, pid: store.pid, signing: "V4", calls });
    }
  }
  if (peer !== undefined) {
    await makeS3Bucket(peer.url, bucket);
    const { url, pid } = peer;
    candidates.push({ name: peer.url, url, pid, signing: "S3" as const, calls: undefined });
  }
  return candidates;
}

// The Node of the option comes first, as the one that is compared with this one.
function underEachNode(program: string): Readonly<Record<string, How>> {
  return {
    [`Node ${output(program, ["--version"]).trim()}`]: { program },
    [`Node ${process.version}`]: {},
  };
}

/** The lowest ratio beside a commit for which there is no goal. Rounds differ by as much. */
export const noSlower = 0.95;

/** The ratio to reach beside a server: goals are for the reference commit, and for a peer. */
export function goalBeside(
  name: string,
  { against, node, peer }: BenchOptions,
  [reference, besidePeer]: readonly [reference: number, peer: number],
): number {
  if (name === peer?.url) return besidePeer;
  return against === referenceCommit && node === undefined ? reference : noSlower;
}

/** Does some work on a server, and measures what the server uses for it. */
export async function using<T>(
  { pid }: Pick<Candidate, "pid">,
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly usage: Usage }> {
  if (pid === undefined) {
    return { result: await work(), usage: { processorMicros: NaN, peakMebibytes: NaN } };
  }
  for (const one of treeOf(pid)) writeFileSync(`/proc/${one}/clear_refs`, "5"); // proc(5)
  const before = processorOfTree(pid);
  const result = await work();
  const processorMicros = processorOfTree(pid) - before;
  const peakMebibytes = treeOf(pid).reduce((sum, one) => sum + peakOf(one), 0);
  return { result, usage: { processorMicros, peakMebibytes } };
}

function peakOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? NaN) / 1_024;
}
