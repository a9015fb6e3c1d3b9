// Checks LMDB's data file before LMDB maps it. LMDB reads a mapped file without checks: a page
// beyond the end of the file ends the process with SIGBUS, and a root page full of zeros with
// SIGSEGV.
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { dirname } from "node:path";
import { DamagedStoreError, restoreRemedy } from "../damaged-store-error.ts";
import { errorCode } from "../error-facts.ts";

// The layout is that of `MDB_page_header`, `MDB_meta`, `MDB_db` and `MDB_node` in mdb.c of the npm
// package lmdb 2.9.4.
const pageHeaderBytes = 24;
const metaBytes = 144;
const magic = 0xbeefc0de;
const dataVersion = 2;
const minPageBytes = 256;
const maxPageBytes = 65_536;
const branchFlag = 0x01;
const leafFlag = 0x02;
const overflowFlag = 0x04;
const metaFlag = 0x08;
const bigData = 0x01;
const subData = 0x02;
const noPage = 0xffff_ffff_ffff_ffffn;

/** Deepest B-tree that LMDB makes (`CURSOR_STACK` in mdb.c). */
const maxDepth = 32;

/** Most tries against a file that other processes write to. */
const maxTries = 20;

/**
 * What is found in the place of a data file: nothing, a file that no commit has reached, or a
 * database.
 */
export type LmdbFileState = "absent" | "unused" | "present";

/** The newest snapshot that the file's meta pages name. */
interface Meta {
  readonly pageBytes: number;
  /** Root pages of LMDB's free list and of its main tree; `noPage` for an empty tree. */
  readonly roots: readonly bigint[];
  readonly lastPage: bigint;
  readonly transaction: bigint;
}

/**
 * Checks a data file: its meta pages, its length, and the root pages of its newest snapshot. Throws
 * DamagedStoreError. A file that is shorter than its last page is legal where the pages at the end
 * are free; then every page in use is looked up.
 */
export function inspectLmdbFile(file: string): LmdbFileState {
  let descriptor: number;
  try {
    descriptor = openSync(file, "r");
  } catch (cause) {
    if (errorCode(cause) === "ENOENT") return "absent";
    if (errorCode(cause) !== "ENOTDIR") throw cause;
    throw new DamagedStoreError(dirname(file), "is not a folder", restoreRemedy);
  }
  try {
    return new LmdbFile(file, descriptor).inspect();
  } finally {
    closeSync(descriptor);
  }
}

class LmdbFile {
  readonly #file: string;
  readonly #descriptor: number;
  readonly #sizeBytes: number;

  constructor(file: string, descriptor: number) {
    this.#file = file;
    this.#descriptor = descriptor;
    this.#sizeBytes = fstatSync(descriptor).size;
  }

  inspect(): LmdbFileState {
    if (this.#sizeBytes === 0) return "unused";
    for (let tries = 1; ; tries += 1) {
      const [first, second] = this.#readMetas();
      try {
        return this.#judge(first, second);
      } catch (cause) {
        // Another process may be writing. LMDB reuses the pages of a snapshot two commits later.
        const [nowFirst, nowSecond] = this.#readMetas();
        const isMoving =
          first?.transaction !== nowFirst?.transaction ||
          second?.transaction !== nowSecond?.transaction;
        if (!isMoving || tries === maxTries) throw cause;
      }
    }
  }

  #readMetas(): [first: Meta | undefined, second: Meta | undefined] {
    const first = this.#readMeta(0);
    return [first, first && this.#readMeta(first.pageBytes)];
  }

  #judge(first: Meta | undefined, second: Meta | undefined): LmdbFileState {
    // LMDB makes both meta pages before its first commit, and syncs neither: a power cut then
    // leaves any part of them.
    if (this.#sizeBytes <= 2 * (first?.pageBytes ?? maxPageBytes)) {
      if ((first?.transaction ?? 0n) === 0n && (second?.transaction ?? 0n) === 0n) return "unused";
    }
    if (first === undefined) throw this.#damaged("does not begin with a meta page of LMDB");
    if (second === undefined) throw this.#damaged("has lost its second meta page");
    const newest = first.transaction >= second.transaction ? first : second;
    const isShort = (newest.lastPage + 1n) * BigInt(newest.pageBytes) > BigInt(this.#sizeBytes);
    for (const root of newest.roots) {
      if (root === noPage) continue;
      if (isShort) this.#walkWhole(newest, root);
      else this.#readPage(newest, root);
    }
    return "present";
  }

  #walkWhole(meta: Meta, root: bigint): void {
    try {
      this.#walk(meta, root, 0);
    } catch (cause) {
      if (cause instanceof RangeError)
        throw this.#damaged("is damaged: a page holds an offset beyond its end");
      throw cause;
    }
  }

  #readMeta(position: number): Meta | undefined {
    const bytes = this.#read(position, pageHeaderBytes + metaBytes);
    if (bytes === undefined || (bytes.readUInt16LE(18) & metaFlag) === 0) return undefined;
    const at = pageHeaderBytes;
    if (bytes.readUInt32LE(at) !== magic) return undefined;
    const version = bytes.readUInt32LE(at + 4) & 0xffff;
    if (version !== dataVersion) throw this.#damaged(`has version ${version} of LMDB's format`);
    const pageBytes = bytes.readUInt32LE(at + 24);
    if (pageBytes < minPageBytes || pageBytes > maxPageBytes) return undefined;
    return {
      pageBytes,
      roots: [bytes.readBigUInt64LE(at + 64), bytes.readBigUInt64LE(at + 112)],
      lastPage: bytes.readBigUInt64LE(at + 120),
      transaction: bytes.readBigUInt64LE(at + 128),
    };
  }

  #readPage({ pageBytes, lastPage }: Meta, page: bigint): Buffer {
    const position = page * BigInt(pageBytes);
    const bytes = page > lastPage ? undefined : this.#read(Number(position), pageBytes);
    if (bytes === undefined) {
      throw this.#damaged(
        `is truncated: it has ${this.#sizeBytes} bytes, and lacks page ${page} at ${position}`,
      );
    }
    if (bytes.readBigUInt64LE(0) !== page) {
      throw this.#damaged(`is damaged: page ${page} at byte ${position} has a wrong page number`);
    }
    return bytes;
  }

  /** Visits every page of a tree, and of the trees whose roots its leaves hold. */
  #walk(meta: Meta, page: bigint, depth: number): void {
    const bytes = this.#readPage(meta, page);
    const flags = bytes.readUInt16LE(18);
    if (depth > maxDepth || (flags & (branchFlag | leafFlag)) === 0) {
      throw this.#damaged(`is damaged: page ${page} is not a page of a B-tree`);
    }
    const count = bytes.readUInt16LE(20) >> 1;
    for (let at = 0; at < count; at += 1) {
      const node = bytes.readUInt16LE(pageHeaderBytes + 2 * at) + pageHeaderBytes;
      const low = bytes.readUInt32LE(node);
      const nodeFlags = bytes.readUInt16LE(node + 4);
      if ((flags & branchFlag) !== 0) {
        this.#walk(meta, BigInt(low) + (BigInt(nodeFlags) << 32n), depth + 1);
        continue;
      }
      const data = node + 8 + bytes.readUInt16LE(node + 6);
      if ((nodeFlags & bigData) !== 0) this.#requireOverflow(meta, bytes.readBigUInt64LE(data));
      if ((nodeFlags & subData) === 0) continue;
      const root = bytes.readBigUInt64LE(data + 40);
      if (root !== noPage) this.#walk(meta, root, depth + 1);
    }
  }

  #requireOverflow(meta: Meta, page: bigint): void {
    const bytes = this.#readPage(meta, page);
    const pages = BigInt(bytes.readUInt32LE(20));
    const end = (page + pages) * BigInt(meta.pageBytes);
    if ((bytes.readUInt16LE(18) & overflowFlag) === 0)
      throw this.#damaged(`is damaged: page ${page} is not an overflow page`);
    if (end <= BigInt(this.#sizeBytes)) return;
    throw this.#damaged(
      `is truncated: it has ${this.#sizeBytes} bytes, and lacks overflow pages before ${end}`,
    );
  }

  #read(position: number, length: number): Buffer | undefined {
    const bytes = Buffer.alloc(length);
    const count = readSync(this.#descriptor, bytes, 0, length, position);
    return count === length ? bytes : undefined;
  }

  #damaged(problem: string): DamagedStoreError {
    return new DamagedStoreError(this.#file, problem, restoreRemedy);
  }
}
