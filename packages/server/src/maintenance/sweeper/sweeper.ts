// Removes bytes that no record refers to. Garbage is stable, because a blob without intent
// and references can never gain one. The clock decides when a blob is removed, never whether.
import type { BlobStore, Entry, MetadataStore } from "@ossicle/store";
import type { Logger } from "pino";
import { isSweeperHeld } from "../backup/sweep-hold.ts";
import { commitOnce } from "../../objects/records/commit.ts";
import { entriesOf } from "../../objects/records/entries-of.ts";
import { lookUp } from "../../objects/buckets/look-up.ts";
import type { BucketHints } from "../../objects/buckets/bucket-hints.ts";
import { purgeUpload } from "../../objects/uploads/purge-upload.ts";
import { dropManifest } from "./drop-manifest.ts";
import { tryDeleteBucket } from "../../operations/bucket/delete-bucket.ts";
import { Repeat } from "../../time/repeat.ts";
import { nonceMs } from "../../sts/use-nonce.ts";
import type { Clock } from "../../time/clock.ts";
import { jobsDueBefore, readJob } from "../../objects/records/jobs.ts";
import {
  garbageRecords,
  gateRecords,
  intentRecords,
  jobRecords,
  nonceRecords,
  referenceRecords,
} from "../../objects/records/key-space.ts";
import type { RecordKind } from "../../objects/records/record-kind.ts";
import type { SinceRecord } from "../../objects/records/records.ts";

/** Ages after which things are swept, in milliseconds. */
export interface SweepAges {
  /** Age of an intent whose upload must have ended. Default 24 h: the longest upload. */
  readonly intentMs: number;
  /** Age of garbage that no reader can still be reading. Default 1 h: the longest read. */
  readonly garbageMs: number;
}

export const defaultSweepAges: SweepAges = { intentMs: 86_400_000, garbageMs: 3_600_000 };

/** Pause between sweeps, in milliseconds. */
const sweepEveryMs = 60_000;

/** Records looked at in one step. */
const stepRows = 200;

/** What the sweeper works on. */
export interface SweeperOptions {
  readonly metadata: MetadataStore;
  readonly blobs: BlobStore;
  readonly hints: BucketHints;
  readonly clock: Clock;
  readonly log: Logger;
  readonly ages: SweepAges;
  readonly onSwept: (blobs: number) => void;
}

/** Sweeps in the background. */
export class Sweeper {
  readonly #options: SweeperOptions;
  #isClosing = false;
  readonly #repeat: Repeat = new Repeat(sweepEveryMs, () => this.sweep());

  constructor(options: SweeperOptions) {
    this.#options = options;
  }

  start(): void {
    this.#repeat.start();
  }

  /** Ends the sweep that is under way after its current step. */
  async close(): Promise<void> {
    this.#isClosing = true;
    await this.#repeat.close();
  }

  /**
   * Sweeps once. Several sweepers may run at the same time: every step is a checked commit, or may
   * be repeated.
   */
  async sweep(): Promise<void> {
    await this.#guarded(() => this.#sweepIntents());
    await this.#guarded(() => this.#sweepGarbage());
    await this.#guarded(() => this.#forgetNonces());
    await this.#guarded(() => this.#doJobs());
  }

  // A failure in one step must not stop the others.
  async #guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (cause) {
      this.#options.log.error({ err: cause }, "a sweep failed");
    }
  }

  // An old intent becomes garbage; the upload that it belonged to will fail its own commit.
  async #sweepIntents(): Promise<void> {
    const { metadata, ages, clock } = this.#options;
    await this.#each(intentRecords, ages.intentMs, async (entry) => {
      await commitOnce(metadata, {
        checks: [{ key: entry.key, version: entry.version }],
        puts: [
          {
            key: garbageRecords.key(...intentRecords.partsOf(entry.key)),
            value: garbageRecords.encode({ sinceMs: clock() }),
          },
        ],
        deletes: [entry.key],
      });
    });
  }

  async #sweepGarbage(): Promise<void> {
    const { metadata, blobs, ages, onSwept, clock } = this.#options;
    await this.#each(garbageRecords, ages.garbageMs, async (entry) => {
      if (await isSweeperHeld(metadata, clock())) return; // a backup is being made
      const [ref] = garbageRecords.partsOf(entry.key);
      const { rows } = await metadata.scan({ ...referenceRecords.range(ref), limit: 1 });
      if (rows.length === 0) {
        // The manifest's blobs have garbage marks now, or its upload's parts are purged first. A
        // later sweep removes the manifest's own mark.
        if (await dropManifest(metadata, ref, clock())) return;
        await blobs.remove([ref]);
        onSwept(1);
      }
      await commitOnce(metadata, {
        checks: [{ key: entry.key, version: entry.version }],
        puts: [],
        deletes: [entry.key],
      });
    });
  }

  async #forgetNonces(): Promise<void> {
    const { metadata } = this.#options;
    await this.#each(nonceRecords, nonceMs, async ({ key, version }) => {
      await commitOnce(metadata, { checks: [{ key, version }], puts: [], deletes: [key] });
    });
  }

  async #each(
    kind: RecordKind<string, [Uint8Array], SinceRecord>,
    ageMs: number,
    visit: (entry: Omit<Entry, "payload">) => Promise<void>,
  ): Promise<void> {
    const { metadata, clock } = this.#options;
    const range = { ...kind.range(), pageRows: stepRows };
    for await (const entry of entriesOf(metadata, range)) {
      if (this.#isClosing) return;
      await this.#guarded(async () => {
        const { sinceMs } = kind.decode(entry.value);
        if (clock() - sinceMs >= ageMs) await visit(entry);
      });
    }
  }

  async #doJobs(): Promise<void> {
    const { metadata, clock, log } = this.#options;
    const range = { ...jobsDueBefore(clock()), pageRows: stepRows };
    for await (const entry of entriesOf(metadata, range)) {
      if (this.#isClosing) return;
      const job = readJob(entry, (cause) => log.error({ err: cause }, "a job cannot be read"));
      if (job?.kind === "delete-bucket")
        await this.#guarded(() => this.#resumeDeletion(job.id, entry));
      if (job?.kind === "purge-upload") await this.#guarded(() => this.#purgeUpload(job.id, entry));
    }
  }

  async #purgeUpload(id: Uint8Array, job: Omit<Entry, "payload">): Promise<void> {
    const { metadata, clock } = this.#options;
    const { keep = "listed" } = jobRecords.decode(job.value); // every purge has it
    await purgeUpload(metadata, id, { keep, nowMs: clock() });
    const check = { key: job.key, version: job.version };
    await commitOnce(metadata, { checks: [check], puts: [], deletes: [job.key] });
  }

  // A process that is killed during DeleteBucket leaves the gate closed. The bucket's job then
  // resumes the deletion here.
  async #resumeDeletion(id: Uint8Array, job: Omit<Entry, "payload">): Promise<void> {
    const { metadata, hints, clock } = this.#options;
    const check = { key: job.key, version: job.version };
    const [gate] = await metadata.getMany([gateRecords.key(id)]);
    const { name, state } = gate === undefined ? {} : gateRecords.decode(gate.value);
    const { bucket } = name === undefined ? {} : await lookUp({ metadata, hints }, name);
    const same = bucket !== undefined && Buffer.from(id).equals(bucket.id);
    if (state === "deleting" && same) await tryDeleteBucket({ metadata, clock }, bucket, check);
    else await commitOnce(metadata, { checks: [check], puts: [], deletes: [job.key] });
  }
}
