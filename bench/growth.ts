// Measures what operations cost as a bucket grows: a page of prefixes, a deletion of 1,000 keys,
// and an overwrite that keeps the old version. Also measures an upload in parts, whose completion
// moves no bytes.
import { join } from "node:path";
import { createClient } from "@ossicle/client";
import { fill } from "./list.ts";
import { bucket, credentials } from "./load.ts";
import { inFolder, median } from "./process.ts";
import type { Report } from "./report.ts";
import { startOssicle } from "./stores.ts";

/** Medians in milliseconds. */
interface GrowthFigures {
  readonly keys: number;
  /** 1,000 common prefixes of ten keys each. */
  readonly prefixPage: number;
  /** DeleteMultipleObjects of 1,000 keys. */
  readonly deletion: number;
  /** PutObject of 100 bytes onto a key of a versioned bucket, one at a time. */
  readonly versionedOverwrite: number;
}

/** Seconds of an upload in parts. */
interface PartsFigures {
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

/** Measures an upload of 1 GiB, and buckets of several sizes. */
export async function benchGrowth(report: Report): Promise<unknown> {
  const upload = await inFolder((folder) => measureParts(join(folder, "data"), 1_024));
  const figures: GrowthFigures[] = [];
  for (const keys of [10_000, 100_000, 1_000_000]) {
    figures.push(await inFolder((folder) => measureBucket(join(folder, "data"), keys)));
  }
  const { mebibytes, parts, total, completion } = upload;
  const took = `${total.toFixed(2)} s, its completion ${(completion * 1_000).toFixed(1)} ms`;
  report.say(`- ${mebibytes} MiB in ${parts} parts, four at a time: ${took}`);
  report.say();
  report.table(
    [
      "keys in the bucket",
      "1,000 prefixes, ms",
      "1,000 keys deleted, ms",
      "versioned overwrite, ms",
    ],
    figures.map(({ keys, prefixPage, deletion, versionedOverwrite }) => [
      keys,
      prefixPage.toFixed(1),
      deletion.toFixed(1),
      versionedOverwrite.toFixed(2),
    ]),
  );
  return { upload, figures };
}

/** Turns before the measured ones. */
const warmUps = 5;

/** Most measured turns of an operation; overwrites, which are short, have ten times as many. */
const times = 20;

async function measureBucket(data: string, keys: number): Promise<GrowthFigures> {
  const first = await startOssicle(data);
  const before = createClient({ endpoint: first.url, region: "cn-hangzhou", credentials });
  await before.putObject({ bucket, key: "sample", body: "x".repeat(100) });
  await first.stop();
  await fill(data, keys, keyOf);
  const store = await startOssicle(data);
  const client = createClient({ endpoint: store.url, region: "cn-hangzhou", credentials });
  // Spread over the bucket, and the same work for all sizes.
  const at = (turn: number): number => Math.floor((keys * turn) / (warmUps + times + 1));
  const prefixPage = await timed(times, async (turn) => {
    const startAfter = keyOf(at(turn));
    const page = { bucket, prefix: "k/", delimiter: "/", maxKeys: 1_000, startAfter };
    const { commonPrefixes } = await client.listObjectsV2(page);
    if (commonPrefixes.length < Math.min(1_000, (keys - at(turn)) / keysPerPrefix - 1))
      throw new Error("a page has too few prefixes");
  });
  // Each turn deletes other keys, spread over the bucket, so a small bucket allows fewer turns.
  const turns = Math.min(warmUps + times, Math.floor(keys / 1_000));
  const distance = Math.floor(keys / (turns * 1_000));
  const deletion = await timed(turns - warmUps, async (turn) => {
    const objects = Array.from({ length: 1_000 }, (_, step) => ({
      key: keyOf((step * turns + turn) * distance),
    }));
    const { deleted } = await client.deleteMultipleObjects({ bucket, objects });
    if (deleted.length < objects.length) throw new Error("keys were not deleted");
  });
  const overwrite = async (turn: number): Promise<void> => {
    const key = keyOf(Math.floor((keys * turn) / (warmUps + times * 10)));
    await client.putObject({ bucket, key, body: "y".repeat(100) });
  };
  // Write every key once before, because the deletions have removed some of them.
  for (let turn = 0; turn < warmUps + times * 10; turn += 1) await overwrite(turn);
  await client.putBucketVersioning({ bucket, status: "Enabled" });
  const versionedOverwrite = await timed(times * 10, overwrite);
  return { keys, prefixPage, deletion, versionedOverwrite };
}

async function timed(count: number, work: (turn: number) => Promise<void>): Promise<number> {
  const figures: number[] = [];
  for (let turn = 0; turn < warmUps + count; turn += 1) {
    const startedAt = performance.now();
    await work(turn);
    if (turn >= warmUps) figures.push(performance.now() - startedAt);
  }
  return median(figures);
}

/** Uploads so many MiB in parts of 32 MiB, four at a time. */
async function measureParts(data: string, mebibytes: number): Promise<PartsFigures> {
  const store = await startOssicle(data);
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
}
