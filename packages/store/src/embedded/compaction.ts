// Removes segments in which nothing is in use, and moves what is in use out of others, so that the
// log does not grow beyond a bound.
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { LogFiles, Segment } from "../log/log-files.ts";
import { type LogEnd, type LoggedPut, recordHeaderBytes, writesOf } from "../log/log-record.ts";
import { maxInlinePayloadBytes } from "../log/stored-value.ts";

/** Most bytes of the log for each byte in use, beyond {@link slackSegments}. */
const maxRatio = 1.3;

/** Segments that need not be in use: those that a replay may need, and the last. */
const slackSegments = 3;

/** Puts that are moved at a time. */
const movesAtOnce = 32;

/** Bytes that are read at a time in search of puts to move. */
const readBytes = 1_048_576;

/** Age at which the hold of a backup that no longer renews it ends, in milliseconds. */
export const holdStaleMs = 60_000;

/** Beginning of the names of files that hold all segments while a backup copies them. */
const holdFilePrefix = "hold-";

/** The file by which this process holds a log's segments. It renews its modification time. */
export function holdFileOf(files: LogFiles): string {
  return join(files.folder, `${holdFilePrefix}${process.pid}`);
}

/** What compaction works on. */
export interface CompactionOptions {
  readonly files: LogFiles;
  /** Bytes of a whole segment. */
  readonly segmentBytes: number;
  readonly clock: () => number;
  /** Whether the index refers to a put's payload at its place in the log. */
  readonly isInUse: (put: LoggedPut) => boolean;
  /** Writes a put again at the end of the log, if its payload is in use. */
  readonly move: (put: LoggedPut) => Promise<void>;
}

/** Keeps the log small. */
export class Compaction {
  readonly #options: CompactionOptions;
  #running: Promise<void> | undefined;
  #isClosed = false;

  constructor(options: CompactionOptions) {
    this.#options = options;
  }

  /**
   * Removes unused segments and begins to empty others where the log is too long. `used` are the
   * bytes in use by segment at the last checkpoint, and `end` the end of the log then.
   */
  consider(used: ReadonlyMap<number, number>, end: LogEnd): void {
    const { files } = this.#options;
    const old = files.list().filter(({ segment }) => segment < end.segment);
    if (!this.#isHeld()) {
      for (const { segment } of old) if (!used.has(segment)) this.#remove(segment);
    }
    const kept = old.filter(({ segment }) => used.has(segment));
    this.#running ??= this.#compact(kept, used)
      .catch(() => undefined) // the store has failed, and says so itself
      .finally(() => {
        this.#running = undefined;
      });
  }

  #isHeld(): boolean {
    const { files, clock } = this.#options;
    const holds = readdirSync(files.folder).filter((name) => name.startsWith(holdFilePrefix));
    return holds.some((name) => {
      const hold = statSync(join(files.folder, name), { throwIfNoEntry: false });
      return hold !== undefined && clock() - hold.mtimeMs < holdStaleMs;
    });
  }

  #remove(segment: number): void {
    try {
      this.#options.files.remove(segment);
    } catch {
      // A file that cannot be removed now is tried again behind the next checkpoint.
    }
  }

  /** Stops at the next move. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#running;
  }

  async #compact(kept: readonly Segment[], used: ReadonlyMap<number, number>): Promise<void> {
    const inUse = (one: Segment): number => used.get(one.segment) ?? 0;
    const candidates = kept.toSorted((a, b) => inUse(a) / a.bytes - inUse(b) / b.bytes);
    const live = kept.reduce((sum, one) => sum + inUse(one), 0);
    let total = kept.reduce((sum, one) => sum + one.bytes, 0);
    const slackBytes = slackSegments * this.#options.segmentBytes;
    for (const one of candidates) {
      if (total <= live * maxRatio + slackBytes || this.#isClosed) return;
      await this.#empty(one);
      total -= one.bytes - inUse(one);
    }
  }

  async #empty({ segment, bytes }: Segment): Promise<void> {
    const { isInUse, move } = this.#options;
    let moving: Promise<void>[] = [];
    for (const record of this.#records(segment, bytes)) {
      for (const write of writesOf(record, segment)) {
        if (write.kind === "delete" || write.payload === undefined) continue;
        if (write.payload.length <= maxInlinePayloadBytes || !isInUse(write)) continue;
        moving.push(move(write));
        if (moving.length < movesAtOnce) continue;
        await Promise.all(moving);
        moving = [];
        if (this.#isClosed) return;
      }
    }
    await Promise.all(moving);
  }

  // Old segments are whole, so their records follow each other. Each must have its place, but the
  // chain of checksums is not followed.
  *#records(segment: number, bytes: number): Generator<Buffer> {
    const { files } = this.#options;
    for (let at = 0; at + recordHeaderBytes <= bytes;) {
      const head = files.read(segment, at, Math.min(readBytes, bytes - at));
      let inHead = 0;
      while (inHead + recordHeaderBytes <= head.length) {
        const length = recordHeaderBytes + head.readUInt32LE(inHead + 4);
        if (head.readDoubleLE(inHead + 8) !== segment + at + inHead) return;
        if (inHead + length > head.length) break;
        yield head.subarray(inHead, inHead + length);
        inHead += length;
      }
      if (inHead === 0) {
        const record = files.read(segment, at, recordHeaderBytes + head.readUInt32LE(4));
        if (record.length < recordHeaderBytes + head.readUInt32LE(4)) return;
        yield record;
        inHead = record.length;
      }
      at += inHead;
    }
  }
}
