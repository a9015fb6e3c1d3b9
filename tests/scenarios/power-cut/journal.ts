// The journal that recorder.c writes. Every change of a file has one record before it and one after
// it. Clients and the application write their marks between them.
import { openSync, readFileSync, writeSync } from "node:fs";

/**
 * What changes: `C` a file is made, `W` bytes are written, `T` a file is cut to a length, `S` a
 * file or folder is synced, `R` renamed, `L` given another name, `U` removed, `M` a folder is made,
 * `N` a mark.
 */
export type ChangeKind = "C" | "W" | "T" | "S" | "R" | "L" | "U" | "M" | "N";

/** A record of the journal. */
export interface JournalRecord {
  /** Counts from 0. */
  readonly index: number;
  readonly kind: ChangeKind;
  /** Whether the change is over. */
  readonly isEnd: boolean;
  readonly isSynchronous: boolean;
  readonly isFolder: boolean;
  /** The change failed, but its bytes reached the page cache. */
  readonly reachedCache: boolean;
  /** After the change: the call's result, negative for an error. */
  readonly result: number;
  /** The same in both records of a change. */
  readonly operation: bigint;
  /** Inode. */
  readonly file: bigint;
  readonly offset: number;
  readonly path: string;
  /** Of a rename or link: the new name. */
  readonly target: string;
  readonly bytes: Buffer;
}

const magic = 0x4c_4e_52_4a;
const headBytes = 48;
const flags = { synchronous: 1, directory: 2, reachedCache: 8 } as const;

/**
 * Reads a journal. Throws when the recorded program changed files in a way that the recorder does
 * not follow.
 */
export function* readJournal(path: string): Generator<JournalRecord> {
  const all = readFileSync(path);
  let at = 0;
  for (let index = 0; at + headBytes <= all.length; index += 1) {
    if (all.readUInt32LE(at) !== magic) throw new Error(`the journal is damaged at byte ${at}`);
    const kind = String.fromCharCode(all.readUInt8(at + 4));
    const flag = all.readUInt16LE(at + 6);
    const [pathAt, pathBytes] = [at + headBytes, all.readUInt16LE(at + 16)];
    const [targetAt, targetBytes] = [pathAt + pathBytes, all.readUInt16LE(at + 18)];
    const bytesAt = targetAt + targetBytes;
    const end = bytesAt + all.readUInt32LE(at + 12);
    const name = all.toString("utf8", pathAt, targetAt);
    if (kind === "X") throw new Error(`the recorder does not record a call that changed ${name}`);
    yield {
      index,
      kind: kind as ChangeKind,
      isEnd: all.readUInt8(at + 5) === 1,
      isSynchronous: (flag & flags.synchronous) !== 0,
      isFolder: (flag & flags.directory) !== 0,
      reachedCache: (flag & flags.reachedCache) !== 0,
      result: all.readInt32LE(at + 8),
      operation: all.readBigUInt64LE(at + 24),
      file: all.readBigUInt64LE(at + 32),
      offset: Number(all.readBigUInt64LE(at + 40)),
      path: name,
      target: all.toString("utf8", targetAt, bytesAt),
      bytes: all.subarray(bytesAt, end),
    };
    at = end;
  }
}

/** Writes marks into a journal. Their order among the changes shows what was known when. */
export class Marks<Mark> {
  readonly #file: number;

  constructor(journal: string) {
    this.#file = openSync(journal, "a", 0o600);
  }

  write(mark: Mark): void {
    const text = Buffer.from(JSON.stringify(mark));
    const head = Buffer.alloc(headBytes);
    head.writeUInt32LE(magic, 0);
    head.write("N", 4, "latin1");
    head.writeUInt8(1, 5);
    head.writeUInt32LE(text.length, 12);
    writeSync(this.#file, Buffer.concat([head, text]));
  }
}

/** What a mark says. */
export function markOf<Mark>({ bytes }: JournalRecord): Mark {
  return JSON.parse(bytes.toString()) as Mark;
}
