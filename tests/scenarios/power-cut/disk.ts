// A model of a disk by what POSIX guarantees. A write or a name is durable only after a sync that
// began after it. Until then, a power cut may keep it, drop it, or tear it.
import { basename, dirname } from "node:path";
import type { JournalRecord } from "./journal.ts";

/** Bytes on their way to the disk. */
export interface PendingWrite {
  /** Indices of the records at which the write began and ended. */
  readonly beganAt: number;
  endedAt: number | undefined;
  readonly offset: number;
  bytes: Buffer;
  /** Whether the file is cut to `offset` instead. */
  readonly isCut: boolean;
  /**
   * The write, or a sync of it, failed, so a later sync does not make it durable. Only a later
   * write to the same bytes makes them certain.
   */
  isUncertain: boolean;
}

/** A change of a name on its way to the disk. Without a node, the name is removed. */
export interface PendingName {
  readonly folder: DiskFolder;
  readonly name: string;
  readonly node: DiskNode | undefined;
  endedAt: number | undefined;
}

/** A file. */
export class DiskFile {
  /** The path under which the file was made. */
  readonly path: string;
  pending: PendingWrite[] = [];
  /** Counts the file's changes. */
  changes = 0;
  #durable: Buffer = Buffer.alloc(0);
  #length = 0;

  constructor(path: string) {
    this.path = path;
  }

  /** The durable bytes. */
  get durable(): Buffer {
    return this.#durable.subarray(0, this.#length);
  }

  settle({ offset, bytes, isCut }: Pick<PendingWrite, "offset" | "bytes" | "isCut">): void {
    const end = isCut ? offset : Math.max(this.#length, offset + bytes.length);
    if (end > this.#durable.length) {
      const grown = Buffer.alloc(end * 2);
      this.durable.copy(grown);
      this.#durable = grown;
    }
    if (isCut) this.#durable.fill(0, Math.min(offset, this.#length), this.#length);
    else bytes.copy(this.#durable, offset);
    this.#length = end;
  }
}

/** A folder. */
export class DiskFolder {
  readonly durable = new Map<string, DiskNode>();
  readonly current = new Map<string, DiskNode>();
  pending: PendingName[] = [];
}

export type DiskNode = DiskFile | DiskFolder;

/** A disk that follows a journal. */
export class Disk {
  readonly top = new DiskFolder();
  readonly #folders = new Map<string, DiskFolder>();
  /** Files by inode. */
  readonly #files = new Map<bigint, DiskFile>();
  readonly #writes = new Map<bigint, { readonly file: DiskFile; readonly write: PendingWrite }>();
  readonly #names = new Map<bigint, readonly PendingName[]>();
  readonly #syncs = new Map<bigint, number>();
  /** Syncs that failed. */
  failedSyncs = 0;

  constructor(root: string) {
    this.#folders.set(root, this.top);
  }

  /** Takes the next record. */
  feed(record: JournalRecord): void {
    switch (record.kind) {
      case "C":
      case "M":
      case "U":
      case "R":
      case "L":
        if (record.isEnd) this.#endNames(record);
        else this.#names.set(record.operation, this.#beginNames(record));
        break;
      case "W":
      case "T":
        if (record.isEnd) this.#endWrite(record);
        else this.#beginWrite(record);
        break;
      case "S":
        if (!record.isEnd) this.#syncs.set(record.operation, record.index);
        else if (record.isFolder) this.#endFolderSync(record);
        else this.#endFileSync(record);
        break;
      case "N":
        break;
    }
  }

  #beginNames({ kind, path, target }: JournalRecord): readonly PendingName[] {
    if (kind === "C") return [this.#pend(path, new DiskFile(path))];
    if (kind === "U") return this.#isFullFolder(path) ? [] : [this.#pend(path, undefined)];
    // A call that the system will refuse changes nothing, not even before its end.
    if (kind === "M") {
      const isRefused = this.#nodeAt(path) !== undefined || !this.#folders.has(dirname(path));
      return isRefused ? [] : [this.#pend(path, new DiskFolder())];
    }
    const node = this.#nodeAt(path);
    if (node === undefined || (kind === "L" && this.#nodeAt(target) !== undefined)) return [];
    const named = this.#pend(target, node);
    return kind === "L" ? [named] : [named, this.#pend(path, undefined)];
  }

  #nodeAt(path: string): DiskNode | undefined {
    return this.#folders.get(dirname(path))?.current.get(basename(path));
  }

  #isFullFolder(path: string): boolean {
    const node = this.#nodeAt(path);
    return node instanceof DiskFolder && node.current.size > 0;
  }

  #pend(path: string, node: DiskNode | undefined): PendingName {
    const folder = this.#folders.get(dirname(path));
    if (folder === undefined) throw new Error(`the journal does not make the folder of ${path}`);
    const name: PendingName = { folder, name: basename(path), node, endedAt: undefined };
    folder.pending.push(name);
    return name;
  }

  #endNames({ operation, result, index, path, file }: JournalRecord): void {
    for (const name of this.#names.get(operation) ?? []) {
      const { folder, node } = name;
      if (result < 0) {
        folder.pending = folder.pending.filter((one) => one !== name);
        continue;
      }
      name.endedAt = index;
      if (node === undefined) folder.current.delete(name.name);
      else folder.current.set(name.name, node);
      if (node instanceof DiskFolder) this.#folders.set(path, node);
      else if (node !== undefined && file !== 0n) this.#files.set(file, node);
    }
    this.#names.delete(operation);
  }

  #beginWrite(record: JournalRecord): void {
    const file = this.#files.get(record.file);
    if (file === undefined) throw new Error(`the journal does not make ${record.path}`);
    const write: PendingWrite = {
      beganAt: record.index,
      endedAt: undefined,
      offset: record.offset,
      bytes: record.bytes,
      isCut: record.kind === "T",
      isUncertain: false,
    };
    file.pending.push(write);
    file.changes += 1;
    this.#writes.set(record.operation, { file, write });
  }

  #endWrite({ operation, result, index, isSynchronous, reachedCache }: JournalRecord): void {
    const found = this.#writes.get(operation);
    if (found === undefined) return;
    this.#writes.delete(operation);
    const { file, write } = found;
    file.changes += 1;
    write.endedAt = index;
    if (result < 0) {
      if (reachedCache) write.isUncertain = true;
      else file.pending = file.pending.filter((one) => one !== write);
      return;
    }
    if (!write.isCut && result < write.bytes.length) write.bytes = write.bytes.subarray(0, result);
    if (isSynchronous) this.#settle(file, [write]);
  }

  #endFolderSync({ operation, result, path }: JournalRecord): void {
    const beganAt = this.#syncs.get(operation) ?? 0;
    const folder = this.#folders.get(path);
    if (folder === undefined) return;
    if (result < 0) {
      this.failedSyncs += 1;
      return;
    }
    const settled = folder.pending.filter(({ endedAt = Infinity }) => endedAt < beganAt);
    for (const { name, node } of settled) {
      if (node === undefined) folder.durable.delete(name);
      else folder.durable.set(name, node);
    }
    folder.pending = folder.pending.filter((one) => !settled.includes(one));
  }

  #endFileSync({ operation, result, file: inode }: JournalRecord): void {
    const beganAt = this.#syncs.get(operation) ?? 0;
    const file = this.#files.get(inode);
    if (file === undefined) return;
    const reached = file.pending.filter(({ endedAt = Infinity }) => endedAt < beganAt);
    if (result < 0) {
      this.failedSyncs += 1;
      for (const write of reached) write.isUncertain = true;
      return;
    }
    file.changes += 1;
    this.#settle(
      file,
      reached.filter(({ isUncertain }) => !isUncertain),
    );
  }

  #settle(file: DiskFile, writes: readonly PendingWrite[]): void {
    for (const write of writes) {
      file.settle(write);
      file.pending = file.pending.flatMap((one) =>
        one.isUncertain && one.beganAt < write.beganAt ? outside(one, write) : [one],
      );
    }
    const settled = new Set(writes);
    file.pending = file.pending.filter((one) => !settled.has(one));
  }
}

// Returns the parts of an uncertain write that a later, durable write does not cover. The covered
// parts are certain again.
function outside(uncertain: PendingWrite, write: PendingWrite): readonly PendingWrite[] {
  const [from, to] = [uncertain.offset, uncertain.offset + uncertain.bytes.length];
  const [start, end] = [write.offset, write.offset + write.bytes.length];
  if (uncertain.isCut || write.isCut || end <= from || start >= to) return [uncertain];
  const piece = (a: number, z: number): readonly PendingWrite[] =>
    a < z ? [{ ...uncertain, offset: a, bytes: uncertain.bytes.subarray(a - from, z - from) }] : [];
  return [...piece(from, start), ...piece(end, to)];
}
