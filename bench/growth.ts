// What an operation costs as a bucket grows: a page of prefixes, a deletion of 1,000 keys, an overwrite that keeps the old version.
// And an upload in parts, whose completion moves no bytes.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@ossicle/client";
import { fill } from "./list.ts";
import { bucket, credentials } from "./load.ts";
import { median } from "./process.ts";
import { startOssicle } from "./small.ts";

/** Medians in milliseconds. */
export interface GrowthFigures {
  readonly keys: number;
  /** 1,000 common prefixes of ten keys each. */
  readonly prefixPage: number;
  /** DeleteMultipleObjects of 1,000 keys. */
  readonly deletion: number;
  /** PutObject of 100 bytes onto a key of a versioned bucket, one at a time. */
  readonly versionedOverwrite: number;
}

/** Seconds of an upload in parts. */
export interface PartsFigures {
  readonly mebibytes: number;
  readonly parts: number;
  /** From the first request to the last answer. */
  readonly total: number;
  readonly completion: number;
}

const keysPerPrefix = 10;

function keyOf(index: number): string {
  return `k/${String(Math.floor(index / keysPerPrefix)).padStart(7, "0")}/${index % keysPerPrefix}`;
}

/** Measures buckets of several sizes, so many times each. */
export async function measureGrowth(
  sizes: readonly number[],
  times: number,
): Promise<readonly GrowthFigures[]> {
  const figures: GrowthFigures[] = [];
  for (const keys of sizes) figures.push(await measureBucket(keys, times));
  return figures;
}

async function measureBucket(keys: number, times: number): Promise<GrowthFigures> {
  const folder = await mkdtemp(join(tmpdir(), "ossicle-bench-"));
  const data = join(folder, "data");
  try {
    const first = await startOssicle(data);
    const before = createClient({ endpoint: first.url, region: "cn-hangzhou", credentials });
    await before.putObject({ bucket, key: "sample", body: "x".repeat(100) });
    await first.stop();
    await fill(data, keys, keyOf);
    const store = await startOssicle(data);
    const client = createClient({ endpoint: store.url, region: "cn-hangzhou", credentials });
    // Spread over the bucket, and the same work for all sizes.
    const at = (part: number): number => Math.floor((keys * part) / (times + 1));
    const prefixPage = await timed(times, async (turn) => {
      const startAfter = keyOf(at(turn));
      const page = { bucket, prefix: "k/", delimiter: "/", maxKeys: 1_000, startAfter };
      const { commonPrefixes } = await client.listObjectsV2(page);
      if (commonPrefixes.length < Math.min(1_000, (keys - at(turn)) / keysPerPrefix - 1))
        throw new Error("a short page");
    });
    const deletion = await timed(times, async (turn) => {
      const objects = Array.from({ length: 1_000 }, (_, step) => ({
        key: keyOf((at(turn) + step * 7) % keys),
      }));
      await client.deleteMultipleObjects({ bucket, objects, quiet: true });
    });
    await client.putBucketVersioning({ bucket, status: "Enabled" });
    const versionedOverwrite = await timed(times * 10, async (turn) => {
      await client.putObject({
        bucket,
        key: keyOf(Math.floor((keys * turn) / (times * 10))),
        body: "y".repeat(100),
      });
    });
    await store.stop();
    return { keys, prefixPage, deletion, versionedOverwrite };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function timed(times: number, work: (turn: number) => Promise<void>): Promise<number> {
  const figures: number[] = [];
  for (let turn = -5; turn < times; turn += 1) {
    const startedAt = performance.now();
    await work(Math.abs(turn));
    if (turn >= 0) figures.push(performance.now() - startedAt);
  }
  return median(figures);
}

/** Uploads so much in parts of 32 MiB, four at a time. */
export async function measureParts(mebibytes: number): Promise<PartsFigures> {
  const folder = await mkdtemp(join(tmpdir(), "ossicle-bench-"));
  const store = await startOssicle(join(folder, "data"));
  try {
    const client = createClient({ endpoint: store.url, region: "cn-hangzhou", credentials });
    const partMebibytes = 32;
    const part = Buffer.alloc(partMebibytes * 2 ** 20, "part");
    const numbers = Array.from({ length: mebibytes / partMebibytes }, (_, index) => index + 1);
    const startedAt = performance.now();
    const { uploadId } = await client.initiateMultipartUpload({ bucket, key: "large" });
    const name = { bucket, key: "large", uploadId };
    const left = [...numbers];
    const parts: { partNumber: number; etag: string }[] = [];
    const send = async (): Promise<void> => {
      for (let number = left.shift(); number !== undefined; number = left.shift()) {
        const { etag } = await client.uploadPart({ ...name, partNumber: number, body: part });
        parts.push({ partNumber: number, etag });
      }
    };
    await Promise.all(Array.from({ length: 4 }, send));
    parts.sort((one, other) => one.partNumber - other.partNumber);
    const completedAt = performance.now();
    await client.completeMultipartUpload({ ...name, parts });
    const endedAt = performance.now();
    return {
      mebibytes,
      parts: numbers.length,
      total: (endedAt - startedAt) / 1_000,
      completion: (endedAt - completedAt) / 1_000,
    };
  } finally {
    await store.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
