// The embedded adapter: a write-ahead log, and an LMDB environment as its index, which several
// processes share. A group of commits is checked and applied in one transaction of LMDB, which also
// orders the log. A commit resolves when the log is synced up to it.
import { chmodSync, mkdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { copyFile, mkdir, open } from "node:fs/promises";
import { basename, join } from "node:path";
import { errorCode, errorMessage } from "../error-facts.ts";
import { syncFolder } from "../files/folder-sync.ts";
import { readBootId } from "../log/checkpoint-file.ts";
import { Checkpoints } from "../log/checkpoints.ts";
import { Compaction, holdFileOf, holdStaleMs } from "../log/compaction.ts";
import { LogFiles, segmentsFolderName } from "../log/log-files.ts";
import {
  deleteBytes,
  type LogEnd,
  type LoggedPut,
  putBytes,
  RecordBuilder,
  recordHeaderBytes,
} from "../log/log-record.ts";
import { LogSync } from "../log/log-sync.ts";
import { openIndex } from "../log/recover.ts";
import { forms, placeOf, positionOf, valueRange } from "../log/stored-value.ts";
import {
  assertCommit,
  assertScan,
  type Commit,
  type CommitOutcome,
  type Entry,
  isPossibleKey,
  type MetadataStore,
  type Page,
} from "../metadata-store.ts";
import { DamagedStoreError } from "../damaged-store-error.ts";
import { StoreFailedError } from "../store-failed-error.ts";
import { asBuffer, dataFileName, type LmdbIndex, SegmentUses } from "./lmdb-index.ts";
import { scanBack, scanForward } from "./lmdb-scan.ts";

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
   * on, and the process should end: after a failed write lmdb 3.5.6 corrupted its process's memory
   * (observed).
   */
  readonly onFailure?: (failure: StoreFailedError) => void;
  /** Name of the machine's current start. Default: the system's. */
  readonly bootId?: string;
  /** Bytes of a file of the log. Compaction frees whole files. */
  readonly segmentBytes?: number;
  /** Bytes of log after which a checkpoint is taken. */
  readonly checkpointBytes?: number;
}

const defaults = {
  mapSizeBytes: 1_099_511_627_776,
  segmentBytes: 33_554_432,
  checkpointBytes: 33_554_432,
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
 * truncated or damaged, and StoreFailedError while another process recovers it.
 */
export async function openLmdbMetadataStore(options: LmdbOptions): Promise<EmbeddedMetadataStore> {
  const { folder, mapSizeBytes, bootId } = { ...defaults, ...options };
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const files = new LogFiles(join(folder, segmentsFolderName));
  files.make();
  const index = await openIndex({ folder, mapSizeBytes, files, bootId: bootId ?? readBootId() });
  const store = new LmdbMetadataStore(options, { files, index });
  // LMDB makes its files readable to all. They hold the callback's private key.
  for (const name of [dataFileName, "lock.mdb"]) chmodSync(join(options.folder, name), 0o600);
  return store;
}

/**
 * Most commits in one record. The event loop prepares the next group while one is synced. If all
 * commits of a turn formed one group, they would wait for each other (bench/README.md).
 */
const groupSize = 32;
/** Bytes of writes at which a group is complete. */
const groupBytes = 1_048_576;

/** How often a read looks again for a payload that compaction has moved meanwhile. */
const maxReads = 5;

/** A commit, or a move of compaction, that is not in the log yet. */
interface Waiting {
  readonly work: Commit | LoggedPut;
  readonly bytes: number;
  /** Called with true when all checks held, and with false when one failed. */
  readonly resolve: (held: boolean) => void;
  readonly reject: (cause: unknown) => void;
}

class LmdbMetadataStore implements EmbeddedMetadataStore {
  readonly #index: LmdbIndex;
  readonly #files: LogFiles;
  readonly #sync: LogSync;
  readonly #checkpoints: Checkpoints;
  readonly #compaction: Compaction;
  readonly #builder = new RecordBuilder();
  readonly #segmentBytes: number;
  readonly #onFailure: LmdbOptions["onFailure"];
  #begun: Promise<void> | undefined;
  #hasBegun = false;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  readonly #underWay = new Set<Promise<unknown>>();
  #isClosed = false;
  #failure: StoreFailedError | undefined;

  constructor(
    options: LmdbOptions,
    { files, index }: { readonly files: LogFiles; readonly index: LmdbIndex },
  ) {
    const { folder, onFailure, bootId = readBootId() } = options;
    const { segmentBytes, checkpointBytes } = { ...defaults, ...options };
    this.#segmentBytes = segmentBytes;
    this.#onFailure = onFailure;
    this.#files = files;
    this.#index = index;
    this.#compaction = new Compaction({
      files,
      segmentBytes,
      isInUse: (put) => this.#guarded(() => this.#isInUse(put)),
      move: (put) => this.#move(put),
    });
    this.#checkpoints = new Checkpoints({
      index,
      files,
      folder,
      bootId,
      checkpointBytes,
      onTaken: (used, end) => this.#compaction.consider(used, end),
      onFailure: (cause) => this.#suspect("a checkpoint failed", cause),
    });
    this.#sync = new LogSync(files, this.#checkpoints.position);
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
            newest = Math.max(newest, found?.at ?? 0);
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

  // What another client has not been told to be on disk must not be told to this one.
  async #untilDurable(at: number): Promise<void> {
    if (at < this.#sync.durable || at === 0) return;
    try {
      this.#index.renew();
      await this.#sync.until(this.#index.readState().log);
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
    this.#failure = failure;
    for (const { reject } of this.#waiting.splice(0)) reject(failure);
    this.#checkpoints.stop();
    this.#onFailure?.(failure);
    return failure;
  }

  // A failed sync may have lost pages that count as written. All processes must stop using the
  // index; it is made again from the last checkpoint.
  #suspect(problem: string, cause: unknown): StoreFailedError {
    if (this.#failure === undefined && !this.#isClosed) {
      try {
        this.#index.transact(() => {
          this.#index.writeState({ ...this.#index.readState(), isSuspect: true });
        });
      } catch {
        // The failure below is reported in any case.
      }
    }
    return this.#fail(problem, cause);
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
    const value = copyOf(stored, from, to);
    const place = withPayload ? placeOf(stored) : undefined;
    if (place !== undefined) {
      const { segment, offset, bytes } = place;
      const payload = this.#files.read(segment, offset, bytes);
      if (payload.length < bytes) throw this.#files.missing(segment, offset);
      return { entry: { key, version, value, payload }, at };
    }
    if (withPayload && stored[0] === forms.inline) {
      return { entry: { key, version, value, payload: copyOf(stored, to, stored.length) }, at };
    }
    if (withPayload && stored[0] === forms.oldWithPayload) {
      const payload = this.#index.oldPayloads.getBinaryFast(key);
      if (payload !== undefined) {
        return { entry: { key, version, value, payload: copyOf(payload, 0, payload.length) }, at };
      }
    }
    return { entry: { key, version, value }, at };
  }

  readonly scan: MetadataStore["scan"] = async (scan) => {
    assertScan(scan);
    const { page, newest } = this.#guarded(() =>
      scan.reverse === true
        ? scanBack(this.#index.entries, scan)
        : scanForward(this.#index.entries, scan),
    );
    await this.#untilDurable(newest);
    return page satisfies Page;
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
      held = await this.#append(commit, bytesOf(commit));
    } catch (cause) {
      return { kind: "unknown", cause };
    }
    if (held) return { kind: "committed" };
    const current = await this.getMany(commit.checks.map((check) => check.key));
    return { kind: "conflict", current };
  }

  async #move(put: LoggedPut): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    const { key, value, payload } = put;
    const lengths = { key: key.length, value: value.length, payload: payload?.length ?? 0 };
    await this.#append(put, putBytes(lengths));
  }

  #append(work: Commit | LoggedPut, bytes: number): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ work, bytes, resolve, reject });
      this.#waitingBytes += bytes;
      if (this.#waiting.length >= groupSize || this.#waitingBytes >= groupBytes) this.#submit();
      else if (this.#waiting.length === 1) setImmediate(() => this.#submit());
    });
  }

  #submit(): void {
    if (this.#waiting.length === 0) return;
    if (!this.#hasBegun && !this.#isClosed) {
      void this.#begin();
      return;
    }
    if (this.#checkpoints.isBehind) {
      this.#checkpoints.take().then(
        () => this.#submit(),
        () => undefined, // the store has failed
      );
      return;
    }
    const group = this.#waiting.splice(0, groupSize);
    this.#waitingBytes -= group.reduce((sum, one) => sum + one.bytes, 0);
    if (this.#waiting.length > 0) setImmediate(() => this.#submit());
    if (this.#isClosed) {
      for (const { reject } of group) reject(new StoreFailedError("the store is closed"));
      return;
    }
    try {
      this.#write(group);
    } catch (cause) {
      // A full disk refuses a record. The transaction was undone, so the store can go on.
      const reason = isFullDisk(cause) ? cause : this.#suspect("a commit failed", cause);
      for (const { reject } of group) reject(reason);
    }
  }

  // The first write of a process comes behind a checkpoint (log/checkpoints.ts).
  #begin(): Promise<void> {
    this.#begun ??= (async () => {
      try {
        // A record that a process was writing when it ended may lie behind the end. An empty record
        // takes its place.
        this.#index.transact(() => {
          this.#requireSound();
          this.#appendRecord(this.#placeFor(0));
        });
        await this.#checkpoints.begin();
        this.#hasBegun = true;
        this.#submit();
      } catch (cause) {
        const failure = this.#fail("a checkpoint failed", cause);
        for (const { reject } of this.#waiting.splice(0)) reject(failure);
      }
    })();
    return this.#begun;
  }

  #requireSound(): void {
    if (this.#index.readState().isSuspect)
      throw new StoreFailedError("a sync of another process has failed");
  }

  #write(group: readonly Waiting[]): void {
    const bytes = group.reduce((sum, one) => sum + one.bytes, 0);
    const held: Waiting[] = [];
    const end = this.#index.transact(() => {
      this.#requireSound();
      const from = this.#placeFor(bytes);
      const uses = new SegmentUses();
      this.#builder.begin(from, bytes);
      for (const one of group) {
        if (this.#apply(one.work, from, uses)) held.push(one);
      }
      if (this.#builder.isEmpty) return undefined;
      this.#index.applyUses(uses);
      return this.#finishRecord();
    });
    const isHeld = new Set(held);
    for (const one of group) if (!isHeld.has(one)) one.resolve(false);
    if (end === undefined) {
      for (const one of held) one.resolve(true);
      return;
    }
    this.#sync.until(end).then(
      () => {
        for (const { resolve } of held) resolve(true);
      },
      (cause: unknown) => {
        const failure = this.#suspect("a sync failed", cause);
        for (const { reject } of held) reject(failure);
      },
    );
    this.#checkpoints.consider(end.position);
  }

  // Where a record with so many bytes of writes begins. Call it in a transaction.
  #placeFor(bytes: number): LogEnd {
    const { log } = this.#index.readState();
    const filled = log.position - log.segment;
    if (filled > 0 && filled + recordHeaderBytes + bytes <= this.#segmentBytes) return log;
    // The log goes on in another file. This one must be durable first: a later sync reaches the
    // last file only.
    this.#files.syncNow(log.segment);
    this.#files.begin(log.position);
    return { ...log, segment: log.position };
  }

  #appendRecord(from: LogEnd): LogEnd {
    this.#builder.begin(from, 0);
    return this.#finishRecord();
  }

  #finishRecord(): LogEnd {
    const { bytes, from, end } = this.#builder.finish();
    this.#files.write(bytes, from);
    this.#index.writeState({ log: end, isSuspect: false });
    return end;
  }

  // Checks and applies one commit. Returns whether all checks held.
  #apply(work: Commit | LoggedPut, at: LogEnd, uses: SegmentUses): boolean {
    if ("kind" in work) {
      const found = this.#isInUse(work) ? this.#index.read(asBuffer(work.key)) : undefined;
      if (found !== undefined) this.#put(work, { at, uses, version: found.version });
      return true;
    }
    const { version, checks, puts, deletes } = work;
    for (const check of checks) {
      const found = this.#index.read(asBuffer(check.key));
      if ((found?.version ?? "absent") !== check.version) return false;
    }
    for (const put of puts) this.#put(put, { at, uses, version });
    for (const key of deletes) {
      this.#builder.delete(key);
      this.#index.apply({ kind: "delete", key }, at, uses);
    }
    return true;
  }

  #put(
    { key, value, payload }: Commit["puts"][number],
    { at, uses, version }: { at: LogEnd; uses: SegmentUses; version: number },
  ): void {
    const put = { key, value, ...(payload === undefined ? {} : { payload }) };
    const payloadPosition = this.#builder.put(version, put);
    this.#index.apply({ kind: "put", version, payloadPosition, ...put }, at, uses);
  }

  #isInUse({ key, payloadPosition }: LoggedPut): boolean {
    const found = this.#index.read(asBuffer(key));
    const place = found && placeOf(found.stored);
    return place !== undefined && place.segment + place.offset === payloadPosition;
  }

  readonly backup: EmbeddedMetadataStore["backup"] = async (folder) => {
    const hold = holdFileOf(this.#files);
    writeFileSync(hold, "");
    const renewal = setInterval(() => utimesSync(hold, new Date(), new Date()), holdStaleMs / 6);
    try {
      const { used, last } = this.#guarded(() => ({
        used: this.#index.usedSegments(),
        last: this.#index.readState().log.segment,
      }));
      await this.#index.backup(folder);
      const copies = join(folder, segmentsFolderName);
      await mkdir(copies, { mode: 0o700 });
      for (const { segment } of this.#files.list()) {
        if (segment < last && !used.has(segment)) continue;
        const path = this.#files.pathOf(segment);
        const copy = join(copies, basename(path));
        await copyFile(path, copy);
        await syncFile(copy);
      }
      await syncFile(join(folder, dataFileName));
      await syncFolder(copies);
      await syncFolder(folder);
    } finally {
      clearInterval(renewal);
      rmSync(hold, { force: true });
    }
  };

  readonly close: MetadataStore["close"] = async () => {
    if (this.#failure !== undefined) {
      this.#checkpoints.stop(); // closing would write to a failed environment
      return;
    }
    if (this.#isClosed) return;
    await this.#compaction.close();
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay);
    await this.#checkpoints.close();
    this.#isClosed = true;
    await this.#index.close();
    this.#files.close();
  };
}

function isFullDisk(cause: unknown): boolean {
  return ["ENOSPC", "EDQUOT"].includes(errorCode(cause) ?? "");
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, "r");
  await file.sync().finally(() => file.close());
}

function bytesOf({ puts, deletes }: Commit): number {
  let bytes = 0;
  for (const { key, value, payload } of puts) {
    bytes += putBytes({ key: key.length, value: value.length, payload: payload?.length ?? 0 });
  }
  for (const key of deletes) bytes += deleteBytes(key.length);
  return bytes;
}

// lmdb reads into one buffer that the next read overwrites. Its own copies cost as much as the
// reading. The memory behind the buffer is longer than its `length`, which the binding sets.
function copyOf(shared: Buffer, from: number, to: number): Buffer {
  const copy = Buffer.allocUnsafe(to - from);
  copy.set(new Uint8Array(shared.buffer, shared.byteOffset + from, to - from));
  return copy;
}
