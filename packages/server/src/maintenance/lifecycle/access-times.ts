// Last access times of objects: reads are noted in memory, and written to the records a few seconds
// later. A crash loses those of the last seconds. Within 24 hours only the first access of a
// version counts (documentation of access tracking), so a version is written once a day at most.
import type { Logger } from "pino";
import { readConfig } from "../../objects/buckets/bucket-config.ts";
import type { Bucket } from "../../objects/buckets/bucket.ts";
import { lookUp } from "../../objects/buckets/look-up.ts";
import type { BucketConfigs } from "../../objects/records/bucket-configs.ts";
import type { ObjectRecord } from "../../objects/records/records.ts";
import { versionIdOf } from "../../objects/records/version-id.ts";
import type { ChangingServices } from "../../objects/versions/change-key.ts";
import { isHidden } from "../../objects/versions/hide-object.ts";
import { updateVersion } from "../../objects/versions/update-version.ts";
import { dayMs } from "../../time/midnight.ts";
import { Repeat } from "../../time/repeat.ts";
import { returnsToStandard } from "../../objects/versions/judge-version.ts";

/** How often accesses are written, in milliseconds. */
const writeEveryMs = 5_000;

/** Most accesses in memory. Beyond it a read is dropped, and a later one is recorded instead. */
const maxNoted = 5_000;

/** Accesses that are written at a time: their commits are synced together. */
const concurrency = 32;

/** What access times are written with. */
export interface AccessTimesOptions extends ChangingServices {
  readonly log: Logger;
}

interface Access {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string | undefined;
  /** The id of the version that was read. */
  readonly id: string;
  readonly atMs: number;
}

/** Writes last access times. */
export class AccessTimes {
  readonly #options: AccessTimesOptions;
  readonly #repeat: Repeat = new Repeat(writeEveryMs, () => this.write());
  #noted = new Map<string, Access>();

  constructor(options: AccessTimesOptions) {
    this.#options = options;
  }

  start(): void {
    this.#repeat.start();
  }

  /** Writes what is left. */
  async close(): Promise<void> {
    await this.#repeat.close();
    await this.write();
  }

  /** Notes that a version was read. Does nothing where the bucket does not track accesses. */
  note({ name, gate }: Pick<Bucket, "name" | "gate">, key: string, record: ObjectRecord): void {
    if (gate.tracksAccess === undefined || isHidden(record)) return;
    const atMs = this.#options.clock();
    const { id, accessedMs } = record;
    const isCounted = accessedMs !== undefined && atMs < accessedMs + dayMs;
    if (isCounted || this.#noted.size >= maxNoted || this.#noted.has(id)) return;
    this.#noted.set(id, { bucket: name, key, versionId: versionIdOf(record), id, atMs });
  }

  /** Writes the accesses that were noted. Those that fail are not counted. */
  async write(): Promise<void> {
    const noted = this.#noted;
    this.#noted = new Map();
    const rules = new Map<string, BucketConfigs["lifecycle"] | undefined>();
    const all = [...noted.values()];
    let failed = 0;
    let failure: unknown;
    for (let at = 0; at < all.length; at += concurrency) {
      const some = all.slice(at, at + concurrency).map((access) => this.#writeOne(access, rules));
      for (const result of await Promise.allSettled(some)) {
        if (result.status === "fulfilled") continue;
        failed += 1;
        failure = result.reason;
      }
    }
    if (failed === 0) return;
    this.#options.log.warn({ err: failure, failed }, "accesses were not counted");
  }

  async #writeOne(
    { bucket: name, key, versionId, id, atMs }: Access,
    known: Map<string, BucketConfigs["lifecycle"] | undefined>,
  ): Promise<void> {
    const { bucket, head } = await lookUp(this.#options, name, key, ["payload"]);
    if (bucket?.gate.tracksAccess === undefined) return;
    const bucketId = bucket.record.id;
    if (!known.has(bucketId)) {
      known.set(bucketId, await readConfig(this.#options, bucket, "lifecycle"));
    }
    const rules = known.get(bucketId)?.rules ?? [];
    const target = { bucket, key, head, versionId };
    await updateVersion(this.#options, target, (record) => {
      if (record.id !== id) return { record }; // another version by now
      const accessed = { ...record, accessedMs: atMs };
      return {
        record: returnsToStandard(rules, { key, record })
          ? { ...accessed, storageClass: "Standard" }
          : accessed,
      };
    });
  }
}
