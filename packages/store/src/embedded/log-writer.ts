// Writes commits into the log and the index. A group of commits becomes one record, in one
// transaction of the index.
import { isFullDisk } from "../error-facts.ts";
import { asBuffer } from "../lmdb/lmdb-bytes.ts";
import type { LmdbIndex } from "../lmdb/lmdb-index.ts";
import { Effects } from "../lmdb/log-state.ts";
import type { Commit } from "../metadata-store.ts";
import { StoreFailedError } from "../store-failed-error.ts";
import type { Checkpoints } from "./checkpoints.ts";
import type { LogFiles } from "../log/log-files.ts";
import {
  deleteBytes,
  type LogEnd,
  type LoggedPut,
  putBytes,
  RecordBuilder,
  recordHeaderBytes,
} from "../log/log-record.ts";
import type { LogSync } from "../log/log-sync.ts";
import { placeOf } from "../log/stored-value.ts";

/**
 * Most commits in one record. The event loop prepares the next group while one is synced. If all
 * commits of a turn formed one group, they would wait for each other: groups of 8 to 32 made PUT
 * 1.3 times as fast (measured before the log, with LMDB's own syncs).
 */
const groupSize = 32;
/** Bytes of writes at which a group is complete. */
const groupBytes = 1_048_576;

/** A commit, or a move of compaction, that is not in the log yet. */
interface Waiting {
  readonly work: Commit | LoggedPut;
  readonly bytes: number;
  /** Called with true when all checks held, and with false when one failed. */
  readonly resolve: (held: boolean) => void;
  readonly reject: (cause: unknown) => void;
}

/** What a writer works on. */
export interface LogWriterOptions {
  readonly index: LmdbIndex;
  readonly files: LogFiles;
  readonly sync: LogSync;
  readonly checkpoints: Checkpoints;
  /** Bytes of a segment. */
  readonly segmentBytes: number;
  /** Called when the index can no longer be used. Returns the store's failure. */
  readonly onFailure: (problem: string, cause: unknown) => StoreFailedError;
  /** Called when a sync has failed. Returns the store's failure. */
  readonly onSyncFailure: (cause: unknown) => StoreFailedError;
}

/** Writes commits. */
export class LogWriter {
  readonly #options: LogWriterOptions;
  readonly #builder = new RecordBuilder();
  #begun: Promise<void> | undefined;
  #hasBegun = false;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #end: StoreFailedError | undefined;

  constructor(options: LogWriterOptions) {
    this.#options = options;
  }

  /**
   * Checks a commit and writes it. Resolves with true when it is durable, and with false when a
   * check failed. Rejects when the outcome is unknown.
   */
  commit(commit: Commit): Promise<boolean> {
    return this.#append(commit, bytesOf(commit));
  }

  /** Writes a put again at the end of the log, if its payload is in use. */
  async move(put: LoggedPut): Promise<void> {
    const { key, value, payload } = put;
    const lengths = { key: key.length, value: value.length, payload: payload?.length ?? 0 };
    await this.#append(put, putBytes(lengths));
  }

  /** Refuses everything that waits, and everything later. */
  stop(cause: StoreFailedError): void {
    this.#end ??= cause;
    for (const { reject } of this.#waiting.splice(0)) reject(cause);
  }

  #append(work: Commit | LoggedPut, bytes: number): Promise<boolean> {
    if (this.#end !== undefined) return Promise.reject(this.#end);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ work, bytes, resolve, reject });
      this.#waitingBytes += bytes;
      if (this.#waiting.length >= groupSize || this.#waitingBytes >= groupBytes) this.#submit();
      else if (this.#waiting.length === 1) setImmediate(() => this.#submit());
    });
  }

  #submit(): void {
    if (this.#waiting.length === 0) return;
    if (!this.#hasBegun) {
      void this.#begin();
      return;
    }
    if (this.#options.checkpoints.isBehind) {
      this.#options.checkpoints.take().then(
        () => this.#submit(),
        () => undefined, // the store has failed
      );
      return;
    }
    const group = this.#waiting.splice(0, groupSize);
    this.#waitingBytes -= group.reduce((sum, one) => sum + one.bytes, 0);
    if (this.#waiting.length > 0) setImmediate(() => this.#submit());
    try {
      this.#write(group);
    } catch (cause) {
      const reason = this.#reasonOf(cause);
      for (const { reject } of group) reject(reason);
    }
  }

  #reasonOf(cause: unknown): unknown {
    if (this.#options.files.hasFailed) return this.#options.onSyncFailure(cause);
    // A full disk refuses a record. The transaction was undone, so the store can go on.
    return isFullDisk(cause) ? cause : this.#options.onFailure("a commit failed", cause);
  }

  // The first write of a process comes behind a checkpoint (checkpoints.ts).
  #begin(): Promise<void> {
    this.#begun ??= (async () => {
      try {
        await this.#options.checkpoints.begin();
        // A record that a process was writing when it ended may lie behind the end. An empty record
        // takes its place.
        this.#options.index.transact(() => {
          this.#options.checkpoints.requireSound();
          return this.#appendRecord(this.#placeFor(0));
        });
        this.#hasBegun = true;
        this.#submit();
      } catch (cause) {
        this.stop(this.#options.onFailure("a checkpoint failed", cause));
      }
    })();
    return this.#begun;
  }

  #write(group: readonly Waiting[]): void {
    const bytes = group.reduce((sum, one) => sum + one.bytes, 0);
    const held: Waiting[] = [];
    const end = this.#options.index.transact(() => {
      this.#options.checkpoints.requireSound();
      const from = this.#placeFor(bytes);
      const effects = new Effects();
      this.#builder.begin(from, bytes);
      for (const one of group) {
        if (this.#apply(one.work, from, effects)) held.push(one);
      }
      // A commit that only checks holds when what it has read is durable.
      if (this.#builder.isEmpty) return this.#options.index.state.read();
      this.#options.index.state.applyUses(effects);
      return this.#finishRecord(effects);
    });
    const isHeld = new Set(held);
    for (const one of group) if (!isHeld.has(one)) one.resolve(false);
    this.#options.sync.until(end).then(
      () => {
        for (const { resolve } of held) resolve(true);
      },
      (cause: unknown) => {
        const failure = this.#options.onSyncFailure(cause);
        for (const { reject } of held) reject(failure);
      },
    );
    this.#options.checkpoints.consider(end.position);
  }

  // Where a record with so many bytes of writes begins. Call it in a transaction.
  #placeFor(bytes: number): LogEnd {
    const log = this.#options.index.state.read();
    const filled = log.position - log.segment;
    if (filled > 0 && filled + recordHeaderBytes + bytes <= this.#options.segmentBytes) return log;
    // The log goes on in another file. This one must be durable first: a later sync reaches the
    // last file only.
    this.#options.files.end(log.segment, filled);
    this.#options.files.begin(log.position);
    return { ...log, segment: log.position };
  }

  #appendRecord(from: LogEnd): LogEnd {
    this.#builder.begin(from, 0);
    return this.#finishRecord(new Effects());
  }

  #finishRecord(effects: Effects): LogEnd {
    const { bytes, from, end } = this.#builder.finish();
    this.#options.files.write(bytes, from);
    // Where LMDB syncs each transaction itself, the log must not be behind it.
    if (this.#options.index.syncs) this.#options.files.syncNow(end.segment);
    this.#options.index.writeState(end, { position: from.position, effects });
    return end;
  }

  // Checks and applies one commit. Returns whether all checks held.
  #apply(work: Commit | LoggedPut, at: LogEnd, effects: Effects): boolean {
    if ("kind" in work) {
      const found = isInUse(this.#options.index, work)
        ? this.#options.index.read(asBuffer(work.key))
        : undefined;
      if (found !== undefined) this.#put(work, { at, effects, version: found.version });
      return true;
    }
    const { version, checks, puts, deletes } = work;
    for (const check of checks) {
      const found = this.#options.index.read(asBuffer(check.key));
      if ((found?.version ?? "absent") !== check.version) return false;
    }
    for (const put of puts) this.#put(put, { at, effects, version });
    for (const key of deletes) {
      this.#builder.delete(key);
      this.#options.index.apply({ kind: "delete", key }, at, effects);
    }
    return true;
  }

  #put(
    { key, value, payload }: Commit["puts"][number],
    { at, effects, version }: { at: LogEnd; effects: Effects; version: number },
  ): void {
    const put = { key, value, ...(payload === undefined ? {} : { payload }) };
    const payloadPosition = this.#builder.put(version, put);
    const { segment } = at;
    this.#options.index.apply(
      { kind: "put", version, payloadPosition, segment, ...put },
      at,
      effects,
    );
  }
}

/** Whether the index refers to a put's payload at its place in the log. */
export function isInUse(index: LmdbIndex, { key, payloadPosition, segment }: LoggedPut): boolean {
  const found = index.read(asBuffer(key));
  const place = found && placeOf(found.stored);
  return place?.segment === segment && segment + place.offset === payloadPosition;
}

function bytesOf({ puts, deletes }: Commit): number {
  let bytes = 0;
  for (const { key, value, payload } of puts) {
    bytes += putBytes({ key: key.length, value: value.length, payload: payload?.length ?? 0 });
  }
  for (const key of deletes) bytes += deleteBytes(key.length);
  return bytes;
}
