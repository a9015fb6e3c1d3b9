// The embedded adapter: a write-ahead log, and an LMDB environment as its index, which several
// processes share. A group of commits is checked and applied in one transaction of LMDB, which also
// orders the log. A commit resolves when the log is synced up to it.
import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { DamagedStoreError } from "../damaged-store-error.ts";
import { errorMessage } from "../error-facts.ts";
import { backUpDatabase } from "./back-up-database.ts";
import { readBootId } from "./checkpoint-file.ts";
import { Checkpoints } from "./checkpoints.ts";
import { Compaction } from "./compaction.ts";
import { LogFiles, segmentsFolderName } from "../log/log-files.ts";
import { LogSync } from "../log/log-sync.ts";
import { isInUse, LogWriter } from "./log-writer.ts";
import { markSuspect } from "./suspect-file.ts";
import { openIndex } from "./recover.ts";
import { forms, placeOf, positionOf, valueRange } from "../log/stored-value.ts";
import {
  assertCommit,
  assertScan,
  type Commit,
  type CommitOutcome,
  type Entry,
  isPossibleKey,
  type MetadataStore,
} from "../metadata-store.ts";
import { StoreFailedError } from "../store-failed-error.ts";
import { asBuffer, copyOf } from "../lmdb/lmdb-bytes.ts";
import { dataFileName, type LmdbIndex } from "../lmdb/lmdb-index.ts";
import { lockFileName } from "../lmdb/lock-file.ts";
import { scanBack, scanForward } from "../lmdb/lmdb-scan.ts";

/** Settings of the store. */
export interface LmdbOptions {
  /** Folder of the database; made when missing. */
  readonly folder: string;
  /**
   * Largest size of the environment, in bytes. It reserves address space, not disk. Default 1 TiB.
   */
  readonly mapSizeBytes?: number;
  /**
   * Called once, when a write, a sync or a read has failed. The store refuses every call from then
   * on, and the process should end: lmdb was seen to corrupt the memory of its process after a
   * failed write (3.5.6).
   */
  readonly onFailure?: (failure: StoreFailedError) => void;
  /** The time in milliseconds since 1970. Default: the system's. */
  readonly clock?: () => number;
  /** Name of the machine's current start. Default: the system's. */
  readonly bootId?: string;
  /** Bytes of a file of the log. Compaction frees whole files. */
  readonly segmentBytes?: number;
  /** Bytes of log after which a checkpoint is taken. */
  readonly checkpointBytes?: number;
  /**
   * Transactions of LMDB after which a checkpoint is taken. LMDB keeps the pages of all snapshots
   * since the checkpoint before the last: some 20 for each transaction, however small. Default
   * 2,048.
   */
  readonly checkpointTransactions?: number;
  /**
   * Whether a database of an earlier version is converted, which needs room for a second one.
   * Default: it is refused with EarlierIndexError.
   */
  readonly converts?: boolean;
}

const defaults = {
  mapSizeBytes: 1_099_511_627_776,
  segmentBytes: 33_554_432,
  checkpointBytes: 33_554_432,
  checkpointTransactions: 2_048,
  clock: Date.now,
  converts: false,
} as const;

/** The port, and what this adapter adds to it. */
export interface EmbeddedMetadataStore extends MetadataStore {
  /** The failure after which the store refuses every call; undefined while it works. */
  readonly failure: StoreFailedError | undefined;
  /**
   * Copies one snapshot into an empty folder, while reads and writes continue. The copy is a
   * complete database, and durable.
   */
  readonly backup: (folder: string) => Promise<void>;
}

/**
 * Opens the database, which is made when it is missing. Throws DamagedStoreError when its files are
 * truncated or damaged, EarlierIndexError for one of an earlier version unless it `converts`, and
 * StoreFailedError while another process recovers it.
 */
export async function openLmdbMetadataStore(options: LmdbOptions): Promise<EmbeddedMetadataStore> {
  const { folder, mapSizeBytes, bootId, clock, converts } = { ...defaults, ...options };
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const files = new LogFiles(join(folder, segmentsFolderName));
  files.make();
  const place = { folder, mapSizeBytes, files, clock, converts, bootId: bootId ?? readBootId() };
  const index = await openIndex(place);
  const store = new LmdbMetadataStore(options, { files, index });
  // LMDB makes its files readable to all. They hold the callback's private key.
  for (const name of [dataFileName, lockFileName]) chmodSync(join(options.folder, name), 0o600);
  return store;
}

/** Pause before the mark of a failed sync is written again, in milliseconds. */
const markPauseMs = 50;

/** How often a read looks again for a payload that compaction has moved meanwhile. */
const maxReads = 5;

class LmdbMetadataStore implements EmbeddedMetadataStore {
  readonly #index: LmdbIndex;
  readonly #files: LogFiles;
  readonly #sync: LogSync;
  readonly #checkpoints: Checkpoints;
  readonly #compaction: Compaction;
  readonly #writer: LogWriter;
  readonly #clock: () => number;
  readonly #folder: string;
  readonly #onFailure: LmdbOptions["onFailure"];
  readonly #underWay = new Set<Promise<unknown>>();
  #isClosed = false;
  #failure: StoreFailedError | undefined;

  constructor(
    options: LmdbOptions,
    { files, index }: { readonly files: LogFiles; readonly index: LmdbIndex },
  ) {
    const { folder, onFailure, bootId = readBootId() } = options;
    const { segmentBytes, checkpointBytes, checkpointTransactions, clock } = {
      ...defaults,
      ...options,
    };
    this.#clock = clock;
    this.#folder = folder;
    this.#onFailure = onFailure;
    this.#files = files;
    this.#index = index;
    this.#compaction = new Compaction({
      files,
      segmentBytes,
      clock: this.#clock,
      isInUse: (put) => this.#guarded(() => isInUse(index, put)),
      move: (put) => this.#writer.move(put),
    });
    this.#checkpoints = new Checkpoints({
      index,
      files,
      folder,
      bootId,
      checkpointBytes,
      checkpointTransactions,
      onTaken: (used, end) => this.#compaction.consider(used, end),
      onFailure: (cause) =>
        cause instanceof StoreFailedError
          ? this.#fail("a checkpoint failed", cause)
          : this.#suspect("a checkpoint failed", cause),
    });
    this.#sync = new LogSync(files, this.#checkpoints.position);
    this.#writer = new LogWriter({
      index,
      files,
      sync: this.#sync,
      checkpoints: this.#checkpoints,
      segmentBytes,
      onFailure: (problem, cause) => this.#fail(problem, cause),
      onSyncFailure: (cause) => this.#suspect("a sync failed", cause),
    });
    this.#checkpoints.watch();
  }

  get failure(): StoreFailedError | undefined {
    return this.#failure;
  }

  readonly getMany: MetadataStore["getMany"] = async (keys, options) => {
    const withPayload = options?.payloads !== false;
    let newest = 0;
    const entries = this.#guarded(() => {
      for (let reads = 1; ; reads += 1) {
        try {
          return keys.map((key) => {
            if (!isPossibleKey(key)) return undefined;
            const found = this.#read(asBuffer(key), withPayload);
            newest = Math.max(
              newest,
              found?.at ?? this.#index.state.lastDeletion({ from: key, to: key }),
            );
            return found?.entry;
          });
        } catch (cause) {
          if (!(cause instanceof DamagedStoreError) || reads === maxReads) throw cause;
          this.#index.renew();
        }
      }
    });
    await this.#untilDurable(newest);
    return entries;
  };

  // A read waits until what it returns is durable: a power cut could undo it. `at` is the position
  // of the newest record that the read depends on.
  async #untilDurable(at: number): Promise<void> {
    if (at < this.#sync.durable || at === 0) return;
    try {
      this.#index.renew();
      await this.#sync.until(this.#index.state.read());
    } catch (cause) {
      throw this.#suspect("a sync failed", cause);
    }
  }

  /** Reads in a new snapshot. Throws StoreFailedError once the database has failed. */
  #guarded<T>(read: () => T): T {
    if (this.#failure !== undefined) throw this.#failure;
    try {
      this.#index.renew();
      return read();
    } catch (cause) {
      // These errors come from wrong arguments, or name a file that lacks bytes.
      if (cause instanceof RangeError || cause instanceof TypeError) throw cause;
      if (cause instanceof DamagedStoreError) throw cause;
      throw this.#fail("reading failed", cause);
    }
  }

  #fail(problem: string, cause: unknown): StoreFailedError {
    const failure = new StoreFailedError(`${problem}: ${errorMessage(cause)}`, { cause });
    if (this.#isClosed || this.#failure !== undefined) return this.#failure ?? failure;
    this.#refuse(failure);
    this.#onFailure?.(failure);
    return failure;
  }

  // A failed sync may have lost pages that count as written. All processes must stop using the
  // database. This one is replaced only when the mark is durable.
  #suspect(problem: string, cause: unknown): StoreFailedError {
    if (this.#failure !== undefined || this.#isClosed) return this.#fail(problem, cause);
    const failure = new StoreFailedError(`${problem}: ${errorMessage(cause)}`, { cause });
    this.#refuse(failure);
    const mark = (): void => {
      try {
        markSuspect(this.#folder);
        this.#onFailure?.(failure);
      } catch {
        setTimeout(mark, markPauseMs);
      }
    };
    mark();
    return failure;
  }

  #refuse(failure: StoreFailedError): void {
    this.#failure = failure;
    this.#writer.stop(failure);
    this.#checkpoints.stop();
  }

  #read(
    key: Buffer,
    withPayload: boolean,
  ): { readonly entry: Entry; readonly at: number } | undefined {
    const found = this.#index.read(key);
    if (found === undefined) return undefined;
    const { stored, version } = found;
    const at = positionOf(stored);
    const [from, to] = valueRange(stored);
    const value = copyOf(stored, [from, to]);
    const place = withPayload ? placeOf(stored) : undefined;
    if (place !== undefined) {
      const { segment, offset, bytes } = place;
      const payload = this.#files.read(segment, offset, bytes);
      if (payload.length < bytes) throw this.#files.missing(segment, offset);
      return { entry: { key, version, value, payload }, at };
    }
    if (withPayload && stored[0] === forms.inline) {
      return { entry: { key, version, value, payload: copyOf(stored, [to, stored.length]) }, at };
    }
    if (withPayload && stored[0] === forms.oldWithPayload) {
      const payload = this.#index.oldPayloads.getBinaryFast(key);
      if (payload !== undefined) {
        return { entry: { key, version, value, payload: copyOf(payload) }, at };
      }
    }
    return { entry: { key, version, value }, at };
  }

  readonly scan: MetadataStore["scan"] = async (scan) => {
    assertScan(scan);
    const { page, newest, deleted } = this.#guarded(() => ({
      ...(scan.reverse === true
        ? scanBack(this.#index.entries, scan)
        : scanForward(this.#index.entries, scan)),
      deleted: this.#index.state.lastDeletion(scan),
    }));
    await this.#untilDurable(Math.max(newest, deleted));
    return page;
  };

  readonly commit: MetadataStore["commit"] = async (commit) => {
    assertCommit(commit);
    const work = this.#commit(commit);
    this.#underWay.add(work);
    try {
      return await work;
    } finally {
      this.#underWay.delete(work);
    }
  };

  async #commit(commit: Commit): Promise<CommitOutcome> {
    if (this.#failure !== undefined) return { kind: "unknown", cause: this.#failure };
    let held: boolean;
    try {
      held = await this.#writer.commit(commit);
    } catch (cause) {
      return { kind: "unknown", cause };
    }
    if (held) return { kind: "committed" };
    const current = await this.getMany(commit.checks.map((check) => check.key));
    return { kind: "conflict", current };
  }

  readonly backup: EmbeddedMetadataStore["backup"] = async (folder) => {
    if (this.#failure !== undefined) throw this.#failure;
    await backUpDatabase(this.#index, { files: this.#files, clock: this.#clock, folder });
  };

  readonly close: MetadataStore["close"] = async () => {
    if (this.#failure !== undefined) {
      this.#checkpoints.stop(); // closing would write to a failed environment
      return;
    }
    if (this.#isClosed) return;
    await this.#compaction.close();
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay);
    this.#writer.stop(new StoreFailedError("the store is closed"));
    await this.#checkpoints.close();
    this.#isClosed = true;
    await this.#index.close();
    this.#files.close();
  };
}
