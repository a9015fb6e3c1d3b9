// The embedded adapter: one LMDB environment that several processes share. A commit becomes nested
// conditions, which LMDB's writer thread checks. So no JavaScript runs inside a transaction. A
// resolved commit is synced.
import { type Database, getLastVersion, open, type RootDatabase } from "lmdb";
import {
  assertCommit,
  assertScan,
  isPossibleKey,
  type Commit,
  type CommitOutcome,
  type Entry,
  maxScanBytes,
  type MetadataStore,
  type Page,
  prefixEnd,
  type Row,
  type Scan,
} from "../metadata-store.ts";
import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { errorMessage } from "../error-facts.ts";
import { commonPrefixOf } from "../roll-up.ts";
import { StoreFailedError } from "../store-failed-error.ts";
import { inspectLmdbFile } from "./inspect-lmdb-file.ts";

/** Settings of the environment. */
export interface LmdbOptions {
  /** Folder of the environment; made when missing. */
  readonly folder: string;
  /**
   * Largest size of the environment, in bytes. It reserves address space, not disk. Default 1 TiB.
   */
  readonly mapSizeBytes?: number;
  /**
   * Called once, when a write to the environment or a read of it has failed. The store refuses
   * every call from then on, and the process should end: after a failed write lmdb 3.5.6 corrupted
   * its process's memory (observed).
   */
  readonly onFailure?: (failure: StoreFailedError) => void;
}

const tebibyte = 1_099_511_627_776;

/** The environment's data file, in its folder. */
export const dataFileName = "data.mdb";

/**
 * With smaller pages, payloads that are overwritten in order fragment the free list, and writes
 * become ten times slower (decision 9).
 */
const pageBytes = 16_384;

/** The port, and what this adapter adds to it. */
export interface EmbeddedMetadataStore extends MetadataStore {
  /** The failure after which the store refuses every call; undefined while it works. */
  readonly failure: StoreFailedError | undefined;
  /**
   * Copies one snapshot into an empty folder, while reads and writes continue. The copy is a
   * complete environment.
   */
  readonly backup: (folder: string) => Promise<void>;
}

/**
 * Opens the environment, which is made when it is missing. Throws DamagedStoreError when its file
 * is truncated or damaged.
 */
export function openLmdbMetadataStore(options: LmdbOptions): EmbeddedMetadataStore {
  mkdirSync(options.folder, { recursive: true, mode: 0o700 });
  inspectLmdbFile(join(options.folder, dataFileName));
  const store = new LmdbMetadataStore(options);
  // LMDB makes its files readable to all. They hold the callback's private key.
  for (const name of [dataFileName, "lock.mdb"]) chmodSync(join(options.folder, name), 0o600);
  return store;
}

/**
 * Most commits in one group for LMDB's writer thread. The thread writes and syncs a group while the
 * event loop prepares the next. If all commits of a turn formed one group, the thread and the event
 * loop would wait for each other (bench/README.md).
 */
const groupSize = 32;

// While at most this many writes are queued, lmdb starts its transaction only in the next turn of
// the event loop. Its types lack the option.
const startAtOnce = { txnStartThreshold: 1 };

/** A commit that has not been handed to the writer thread. */
interface Waiting {
  readonly commit: Commit;
  /** Called with true when all checks held, and with false when one failed. */
  readonly resolve: (held: boolean) => void;
  readonly reject: (cause: unknown) => void;
}

class LmdbMetadataStore implements EmbeddedMetadataStore {
  readonly #root: RootDatabase<Buffer, Buffer>;
  readonly #entries: Database<Buffer, Buffer>;
  readonly #payloads: Database<Buffer, Buffer>;
  readonly #onFailure: LmdbOptions["onFailure"];
  #waiting: Waiting[] = [];
  readonly #underWay = new Set<Promise<unknown>>();
  #isClosed = false;
  #failure: StoreFailedError | undefined;

  constructor(options: LmdbOptions) {
    this.#onFailure = options.onFailure;
    this.#root = open<Buffer, Buffer>({
      path: options.folder,
      mapSize: options.mapSizeBytes ?? tebibyte,
      pageSize: pageBytes, // for a new environment; an existing one keeps its own
      maxDbs: 4,
      overlappingSync: false, // a promise resolves when its write is on disk
      eventTurnBatching: false, // #submit makes the groups
      ...startAtOnce,
      noMemInit: true,
      keyEncoding: "binary",
      encoding: "binary",
    });
    const shared = { keyEncoding: "binary", encoding: "binary" } as const;
    this.#entries = this.#root.openDB<Buffer, Buffer>({
      name: "entries",
      useVersions: true,
      ...shared,
    });
    this.#payloads = this.#root.openDB<Buffer, Buffer>({ name: "payloads", ...shared });
  }

  get failure(): StoreFailedError | undefined {
    return this.#failure;
  }

  // oxlint-disable-next-line require-await -- the port is asynchronous for adapters that are
  readonly getMany: MetadataStore["getMany"] = async (keys, options) => {
    const withPayload = options?.payloads !== false;
    return this.#guarded(() =>
      keys.map((key) => (isPossibleKey(key) ? this.#read(key, withPayload) : undefined)),
    );
  };

  /** Reads in a new snapshot. Throws StoreFailedError once the environment has failed. */
  #guarded<T>(read: () => T): T {
    if (this.#failure !== undefined) throw this.#failure;
    try {
      // Without the reset, a commit of another process stays invisible for milliseconds (measured:
      // 92 % of reads stale).
      this.#entries.resetReadTxn();
      return read();
    } catch (cause) {
      // These errors come from wrong arguments, not from the environment.
      if (cause instanceof RangeError || cause instanceof TypeError) throw cause;
      throw this.#fail("reading failed", cause);
    }
  }

  #fail(problem: string, cause: unknown): StoreFailedError {
    const failure = new StoreFailedError(`${problem}: ${errorMessage(cause)}`, { cause });
    if (this.#isClosed || this.#failure !== undefined) return this.#failure ?? failure;
    this.#failure = failure;
    for (const { reject } of this.#waiting.splice(0)) reject(failure);
    this.#onFailure?.(failure);
    return failure;
  }

  #read(key: Uint8Array, withPayload: boolean): Entry | undefined {
    const at = asBuffer(key);
    const stored = this.#entries.getBinaryFast(at);
    if (stored === undefined) return undefined;
    const version = getLastVersion();
    // The first byte of a stored value says whether a payload is stored beside it.
    const hasPayload = stored[0] === 1;
    const value = copyShared(stored, 1);
    if (!hasPayload || !withPayload) return { key, version, value };
    const payload = this.#payloads.getBinaryFast(at);
    return payload === undefined
      ? { key, version, value }
      : { key, version, value, payload: copyShared(payload, 0) };
  }

  // oxlint-disable-next-line require-await -- the port is asynchronous for adapters that are
  readonly scan: MetadataStore["scan"] = async (scan) => {
    assertScan(scan);
    return this.#guarded(() =>
      scan.reverse === true ? this.#scanBack(scan) : this.#scanForward(scan),
    );
  };

  #scanForward(scan: Scan): Page {
    const rows: Row[] = [];
    let bytes = 0;
    let from: Uint8Array | undefined = scan.from;
    while (from !== undefined) {
      let jump: Uint8Array | undefined;
      for (const { key, value, version = 0 } of this.#entries.getRange({
        start: asBuffer(from),
        end: asBuffer(scan.to),
        versions: true,
      })) {
        const prefix = scan.rollUp && commonPrefixOf(key, scan.rollUp);
        if (rows.length >= scan.limit || bytes >= maxScanBytes) {
          return { rows, next: prefix ?? key };
        }
        if (prefix !== undefined) {
          rows.push({ commonPrefix: prefix });
          bytes += prefix.length;
          jump = prefixEnd(prefix);
          break;
        }
        // getRange returns copies, so the value is not copied again.
        rows.push({ entry: { key, version, value: value.subarray(1) } });
        bytes += key.length + value.length;
      }
      from = jump !== undefined && Buffer.compare(jump, scan.to) < 0 ? jump : undefined;
    }
    return { rows };
  }

  #scanBack(scan: Scan): Page {
    const rows: Row[] = [];
    let bytes = 0;
    let last: Uint8Array | undefined;
    for (const { key, value, version = 0 } of this.#entries.getRange({
      start: asBuffer(scan.to),
      end: asBuffer(scan.from),
      reverse: true,
      versions: true,
      exclusiveStart: true,
      inclusiveEnd: true,
    })) {
      if (last !== undefined && (rows.length >= scan.limit || bytes >= maxScanBytes)) {
        return { rows, next: last };
      }
      last = key;
      rows.push({ entry: { key, version, value: value.subarray(1) } });
      bytes += key.length + value.length;
    }
    return { rows };
  }

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
      held = await this.#judge(commit);
    } catch (cause) {
      return { kind: "unknown", cause: this.#fail("a commit failed", cause) };
    }
    if (held) return { kind: "committed" };
    const current = await this.getMany(commit.checks.map((check) => check.key));
    return { kind: "conflict", current };
  }

  #judge(commit: Commit): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ commit, resolve, reject });
      if (this.#waiting.length >= groupSize) this.#submit();
      else if (this.#waiting.length === 1) setImmediate(() => this.#submit());
    });
  }

  #submit(): void {
    const group = this.#waiting;
    if (group.length === 0) return;
    this.#waiting = [];
    try {
      this.#begin(group);
    } catch (cause) {
      for (const { reject } of group) reject(cause); // lmdb throws when it has been closed
    }
  }

  #begin(group: readonly Waiting[]): void {
    const whole = this.#root.batch(() => {
      for (const waiting of group) this.#instruct(waiting);
    });
    const unchecked = group.filter(({ commit }) => commit.checks.length === 0);
    whole.then(
      () => {
        for (const { resolve } of unchecked) resolve(true);
      },
      (cause: unknown) => {
        hearCommitError(cause);
        for (const { reject } of unchecked) reject(cause);
      },
    );
    // A second, empty batch makes lmdb start at once, and not in the next turn of the event loop.
    this.#root.batch(() => undefined).then(() => undefined, hearCommitError);
  }

  // A commit holds if every condition resolves to true. Do not use the results of puts: inside a
  // failed condition they are true. So is the result of an inner condition of absence (measured).
  #instruct({ commit, resolve, reject }: Waiting): void {
    let unheard = commit.checks.length;
    let held = true;
    const hear = (result: boolean): void => {
      held &&= result;
      unheard -= 1;
      if (unheard === 0) resolve(held);
    };
    const fail = (cause: unknown): void => {
      hearCommitError(cause);
      reject(cause);
    };
    const nest = (at: number): void => {
      const check = commit.checks[at];
      if (check === undefined) {
        this.#write(commit);
        return;
      }
      const version = check.version === "absent" ? null : check.version;
      this.#entries
        .ifVersion(
          asBuffer(check.key),
          version as number, // null means absent; the library's types do not say so
          () => {
            try {
              nest(at + 1);
            } catch (cause) {
              reject(cause); // a throw would leave lmdb's promise without a handler
            }
          },
        )
        .then(hear, fail);
    };
    nest(0);
  }

  // The results of these writes are not needed: the conditions around them give the outcome.
  #write(commit: Commit): void {
    for (const put of commit.puts) {
      const key = asBuffer(put.key);
      const stored = Buffer.allocUnsafe(put.value.length + 1);
      stored[0] = put.payload === undefined ? 0 : 1;
      stored.set(put.value, 1);
      void this.#entries.put(key, stored, commit.version);
      if (put.payload === undefined) void this.#payloads.remove(key);
      else void this.#payloads.put(key, asBuffer(put.payload));
    }
    for (const key of commit.deletes) {
      void this.#payloads.remove(asBuffer(key));
      void this.#entries.remove(asBuffer(key));
    }
  }

  readonly backup: EmbeddedMetadataStore["backup"] = async (folder) => {
    await this.#root.backup(folder, true); // compacted: without the pages that are free
  };

  readonly close: MetadataStore["close"] = async () => {
    if (this.#failure !== undefined) return; // closing would write to a failed environment
    this.#isClosed = true;
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay);
    await this.#root.close();
  };
}

// lmdb attaches a promise of the transaction's error to each rejection. That promise rejects too.
// It must be handled, because an unhandled rejection ends the process.
function hearCommitError(cause: unknown): void {
  if (typeof cause !== "object" || cause === null || !("commitError" in cause)) return;
  Promise.resolve(cause.commitError).catch(() => undefined);
}

// lmdb reads into one buffer that the next read overwrites. Its own copies cost as much as the
// reading.
function copyShared(shared: Buffer, from: number): Buffer {
  // The binding sets `length` to the bytes that it read. The memory behind the buffer is longer.
  const length = shared.length - from;
  const copy = Buffer.allocUnsafe(length);
  copy.set(new Uint8Array(shared.buffer, shared.byteOffset + from, length));
  return copy;
}

function asBuffer(bytes: Uint8Array): Buffer {
  if (Buffer.isBuffer(bytes)) return bytes;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
