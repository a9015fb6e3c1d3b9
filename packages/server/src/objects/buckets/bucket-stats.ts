// Counts a bucket by scanning it. A counter would be one key that every commit of the bucket
// changes, so writers would conflict on it. A count is cached for a time in proportion to its
// records, so the figures of a small bucket are always fresh.
import type { StorageClass } from "@ossicle/protocol";
import type { MetadataStore } from "@ossicle/store";
import { LRUCache } from "lru-cache";
import { listedFacts } from "../records/listed-facts.ts";
import { entriesOf } from "../records/entries-of.ts";
import { headRecords, partRecords, uploadRecords, versionRecords } from "../records/key-space.ts";

/** A bucket's figures. */
export interface BucketFigures {
  readonly objectCount: number;
  readonly storageBytes: number;
  readonly deleteMarkerCount: number;
  readonly uploadCount: number;
  readonly partCount: number;
  readonly byClass: Readonly<Record<StorageClass, ClassFigures>>;
  readonly countedAtMs: number;
}

/** What one storage class holds. */
export interface ClassFigures {
  readonly objects: number;
  readonly bytes: number;
}

/** How long a count is kept for each of its records, in milliseconds: 100 times its cost. */
const keepMsPerRecord = 0.2;

/** Longest a count is kept, in milliseconds; OSS's own figures are up to an hour old. */
const maxKeepMs = 3_600_000;

/** Counts of fewer records, which take 50 ms, are not kept at all. */
const freshBelowRecords = 25_000;

/** Counts buckets. */
export class BucketStats {
  readonly #kept = new LRUCache<string, BucketFigures>({ max: 1_000 });
  readonly #underWay = new Map<string, Promise<BucketFigures>>();
  readonly #clock: () => number;

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** Counts a bucket. Requests that come while it is being counted wait for the next count. */
  async count(metadata: MetadataStore, bucket: Uint8Array): Promise<BucketFigures> {
    const name = Buffer.from(bucket).toString("hex");
    const kept = this.#kept.get(name);
    if (kept !== undefined) return kept;
    // A count that began earlier may lack what was written since.
    await this.#underWay.get(name)?.catch(() => undefined);
    const shared = this.#kept.get(name) ?? this.#underWay.get(name);
    if (shared !== undefined) return shared;
    const counting = this.#count(metadata, bucket, name);
    this.#underWay.set(name, counting);
    return counting.finally(() => this.#underWay.delete(name));
  }

  async #count(metadata: MetadataStore, bucket: Uint8Array, name: string): Promise<BucketFigures> {
    const figures = await scanBucket(metadata, bucket, this.#clock());
    const { objectCount, deleteMarkerCount, uploadCount, partCount } = figures;
    const records = objectCount + deleteMarkerCount + uploadCount + partCount;
    if (records >= freshBelowRecords) {
      this.#kept.set(name, figures, { ttl: Math.min(maxKeepMs, records * keepMsPerRecord) });
    }
    return figures;
  }
}

async function scanBucket(
  metadata: MetadataStore,
  bucket: Uint8Array,
  countedAtMs: number,
): Promise<BucketFigures> {
  const none = (): { objects: number; bytes: number } => ({ objects: 0, bytes: 0 });
  const byClass = {
    Standard: none(),
    IA: none(),
    Archive: none(),
    ColdArchive: none(),
    DeepColdArchive: none(),
  };
  let deleteMarkerCount = 0;
  for (const versions of [headRecords, versionRecords]) {
    for await (const { value } of entriesOf(metadata, versions.range(bucket))) {
      const record = listedFacts(value);
      if (record.deleteMarker === true) {
        deleteMarkerCount += 1;
        continue;
      }
      byClass[record.storageClass].objects += 1;
      byClass[record.storageClass].bytes += record.size;
    }
  }
  let uploadCount = 0;
  let partCount = 0;
  for await (const { key } of entriesOf(metadata, uploadRecords.range(bucket))) {
    uploadCount += 1;
    const [, , upload] = uploadRecords.partsOf(key);
    for await (const _ of entriesOf(metadata, partRecords.range(upload))) partCount += 1;
  }
  const classes = Object.values(byClass);
  return {
    objectCount: classes.reduce((sum, { objects }) => sum + objects, 0),
    storageBytes: classes.reduce((sum, { bytes }) => sum + bytes, 0),
    deleteMarkerCount,
    uploadCount,
    partCount,
    byClass,
    countedAtMs,
  };
}
