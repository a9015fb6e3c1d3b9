// LMDB's meta pages. A snapshot is known by the content of its meta page.
import { closeSync, fdatasyncSync, openSync, readSync, writeSync } from "node:fs";

// The layout is that of `MDB_page_header` and `MDB_meta` in mdb.c of the npm package lmdb 2.9.4.
const pageHeaderBytes = 24;
/** Bytes of a meta page in use. */
export const metaPageBytes: number = pageHeaderBytes + 144;
const pageSizeAt = pageHeaderBytes + 24;
const transactionAt = pageHeaderBytes + 128;

/** Reads the meta page of the newest snapshot. Call it while no commit is under way. */
export function readNewestMeta(file: number): Buffer {
  const first = readMeta(file, 0);
  const second = readMeta(file, first.readUInt32LE(pageSizeAt));
  const [one, other] = [first, second].map((meta) => meta.readBigUInt64LE(transactionAt));
  return (one ?? 0n) >= (other ?? 0n) ? first : second;
}

/** The number of the transaction that wrote a meta page. */
export function transactionOf(meta: Buffer): number {
  return Number(meta.readBigUInt64LE(transactionAt));
}

/** Where LMDB's lock file has the number of the last transaction: `mtb_txnid` in mdb.c. */
const sharedTransactionAt = 8;

/** Reads the number after which the next transaction of any process is numbered. */
export function readSharedTransaction(lockFile: number): number {
  const bytes = Buffer.alloc(8);
  readSync(lockFile, bytes, 0, bytes.length, sharedTransactionAt);
  return Number(bytes.readBigUInt64LE(0));
}

function readMeta(file: number, position: number): Buffer {
  const meta = Buffer.alloc(metaPageBytes);
  readSync(file, meta, 0, metaPageBytes, position);
  return meta;
}

/**
 * Makes a snapshot the newest again. Its pages must still be in the file, and no process may write.
 * LMDB writes the meta page of each transaction in turn, by the lowest bit of its number, so the
 * snapshot gets both: with two successive numbers. Where other processes have the file open,
 * `isOpen`, these must be the last two, because they have the last one in shared memory.
 */
export function returnToSnapshot(
  path: string,
  meta: Buffer,
  { isOpen }: { readonly isOpen: boolean },
): void {
  const file = openSync(path, "r+");
  try {
    const newest = isOpen ? readNewestMeta(file) : meta;
    const transaction = newest.readBigUInt64LE(transactionAt);
    const pageBytes = meta.readUInt32LE(pageSizeAt);
    for (const number of [transaction - 1n, transaction]) {
      const page = Buffer.from(meta);
      const slot = number % 2n;
      page.writeBigUInt64LE(slot, 0); // the page's own number
      page.writeBigUInt64LE(number, transactionAt);
      writeSync(file, page, 0, page.length, Number(slot) * pageBytes);
    }
    fdatasyncSync(file);
  } finally {
    closeSync(file);
  }
}
