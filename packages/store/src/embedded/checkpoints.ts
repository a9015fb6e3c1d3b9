// Takes checkpoints: makes the index durable from time to time, so that the log before need not be
// replayed. Every process that writes takes part.
//
// LMDB overwrites pages that no snapshot uses. The snapshot of the last checkpoint must stay whole
// on the disk, so each process holds a snapshot that is not younger: LMDB then keeps the pages of
// all later ones. When all processes have ended, none overwrites pages; the first that writes again
// takes a checkpoint before.
import type { LmdbIndex, Pin } from "../lmdb/lmdb-index.ts";
import { transactionOf } from "../lmdb/lmdb-meta.ts";
import { StoreFailedError } from "../store-failed-error.ts";
import { readCheckpoint, syncCheckpoint, writeCheckpoint } from "./checkpoint-file.ts";
import { isSuspect } from "./suspect-file.ts";
import type { LogFiles } from "../log/log-files.ts";
import type { LogEnd } from "../log/log-record.ts";

/** Bytes of log without a checkpoint at which commits wait for one. It limits the replay. */
const maxLogBytes = 268_435_456;

/** How often a process looks for checkpoints of others, and for an idle log, in milliseconds. */
const lookMs = 1_000;

/** What checkpoints are taken of. */
export interface CheckpointOptions {
  readonly index: LmdbIndex;
  readonly files: LogFiles;
  /** Folder of the database. */
  readonly folder: string;
  readonly bootId: string;
  /** Bytes of log after which a checkpoint is taken. */
  readonly checkpointBytes: number;
  /** Transactions of LMDB after which a checkpoint is taken. */
  readonly checkpointTransactions: number;
  /** Called behind each checkpoint of this process, with the segments in use at that time. */
  readonly onTaken: (used: ReadonlyMap<number, number>, end: LogEnd) => void;
  readonly onFailure: (cause: unknown) => void;
}

/** Takes checkpoints of an index. */
export class Checkpoints {
  readonly #options: CheckpointOptions;
  /** A snapshot that is not younger than the last checkpoint, and one for the next. */
  readonly #pins: Pin[] = [];
  #position = 0;
  /** The number of the transaction of the last checkpoint. */
  #transaction = 0;
  #running: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #lastSeen = 0;
  /** The end of the log at this process's last write. */
  #end = 0;

  constructor(options: CheckpointOptions) {
    this.#options = options;
    this.#read();
  }

  /** The index is durable up to this position of the log. */
  get position(): number {
    return this.#position;
  }

  /** Throws when a sync of any process has failed. Call it in a transaction that writes. */
  requireSound(): void {
    if (isSuspect(this.#options.folder)) {
      throw new StoreFailedError("a sync has failed: the database must be recovered");
    }
  }

  /** Looks from time to time for checkpoints and failures of other processes. */
  watch(): void {
    this.#timer = setInterval(() => this.#look(), lookMs).unref();
  }

  /** Holds a snapshot and takes a checkpoint. Call it before the first write. */
  async begin(): Promise<void> {
    const pin = this.#options.index.pin();
    this.#pins.push(pin);
    // When another process was faster, the last checkpoint may be older than the snapshot.
    do await this.take();
    while (pin.position > this.#position);
  }

  #read(): void {
    const checkpoint = readCheckpoint(this.#options.folder);
    if (checkpoint === undefined) return;
    this.#position = checkpoint.log.position;
    this.#transaction = transactionOf(checkpoint.meta);
  }

  /**
   * Takes a checkpoint where much has been written behind the last one. `end` is the end of the
   * log.
   */
  consider(end: number): void {
    this.#end = end;
    const { index, checkpointBytes, checkpointTransactions } = this.#options;
    const isLong = end - this.#position > checkpointBytes;
    if (isLong || index.transaction - this.#transaction > checkpointTransactions)
      void this.take().catch(() => undefined);
  }

  /** Whether commits must wait for a checkpoint. */
  get isBehind(): boolean {
    return this.#end - this.#position > maxLogBytes;
  }

  /** Takes a checkpoint, or waits for the one under way. Rejects when a sync fails. */
  take(): Promise<void> {
    this.#running ??= this.#take()
      .catch((cause: unknown) => {
        this.#options.onFailure(cause);
        throw cause;
      })
      .finally(() => {
        this.#running = undefined;
      });
    return this.#running;
  }

  /** Ends with a last checkpoint. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    if (this.#pins.length > 0) {
      this.#options.index.renew();
      const log = this.#options.index.state.read();
      if (log.position > this.#position) await this.take();
    }
    for (const pin of this.#pins.splice(0)) pin.release();
  }

  /** Takes no more checkpoints: the store has failed. */
  stop(): void {
    clearInterval(this.#timer);
  }

  async #take(): Promise<void> {
    const { index, files, folder, bootId, onTaken } = this.#options;
    const begun = index.transact(() => {
      this.requireSound();
      return {
        sequence: readCheckpoint(folder)?.sequence ?? 0,
        log: index.state.read(),
        meta: index.readMeta(),
        used: index.state.usedSegments(),
      };
    });
    await files.sync(begun.log.segment);
    await index.sync();
    const isOurs = index.transact(() => {
      // Another process may have taken one meanwhile. It holds a younger snapshot, and pages of
      // this one may have been overwritten.
      if ((readCheckpoint(folder)?.sequence ?? 0) !== begun.sequence) return false;
      this.requireSound();
      const { log, meta, sequence } = begun;
      writeCheckpoint(folder, { sequence: sequence + 1, log, bootId, meta });
      return true;
    });
    this.#advance();
    if (isOurs) onTaken(begun.used, begun.log);
  }

  // Lets snapshots go that are older than the last checkpoint needs.
  #advance(): void {
    // Another process may have written it, and ended before it was durable.
    syncCheckpoint(this.#options.folder);
    this.#read();
    const young = this.#pins.at(-1);
    if (young !== undefined && young.position > this.#position) return;
    if (this.#pins.length === 0) return;
    for (const pin of this.#pins.splice(0, this.#pins.length - 1)) pin.release();
    this.#pins.push(this.#options.index.pin());
  }

  #look(): void {
    const { index, folder, onFailure } = this.#options;
    try {
      this.requireSound();
      if (this.#pins.length === 0) return; // this process has not written
      if ((readCheckpoint(folder)?.log.position ?? 0) > this.#position) this.#advance();
      index.renew();
      const end = index.state.read().position;
      const isIdle = end === this.#lastSeen;
      this.#lastSeen = end;
      if (isIdle && end > this.#position) void this.take().catch(() => undefined);
    } catch (cause) {
      onFailure(cause);
    }
  }
}
