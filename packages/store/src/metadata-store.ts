// The metadata port: an ordered key-value store with compare-and-commit. The layers above define
// all object semantics; adapters only persist. Expected outcomes are return values, and exceptions
// are faults.

import { fillWithChance } from "./chance.ts";

/** A record. */
export interface Entry {
  readonly key: Uint8Array;
  /**
   * Random, 52 bits, minted per commit and never reused: it names the commit that wrote the entry.
   */
  readonly version: number;
  readonly value: Uint8Array;
  /** A small body that travels with the record; never returned by a scan. */
  readonly payload?: Uint8Array;
}

/** A condition on one key. */
export interface Check {
  readonly key: Uint8Array;
  /** The version the key must have; `absent` only for a key that the same commit puts. */
  readonly version: number | "absent";
}

/** A record to write. */
export interface Put {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  readonly payload?: Uint8Array;
}

/** Writes that happen together, if every check holds, or not at all. */
export interface Commit {
  /** Minted by {@link mintVersion}. */
  readonly version: number;
  readonly checks: readonly Check[];
  readonly puts: readonly Put[];
  readonly deletes: readonly Uint8Array[];
}

/** The outcome of a commit. */
export type CommitOutcome =
  /** On disk. */
  | { readonly kind: "committed" }
  /**
   * A check failed; the entries of all checked keys as they are now, `undefined` where there is
   * none.
   */
  | { readonly kind: "conflict"; readonly current: readonly (Entry | undefined)[] }
  /**
   * The commit may be on disk or not. Answer 503, and do not retry without reading the records
   * again.
   */
  | { readonly kind: "unknown"; readonly cause: unknown };

/** Which part of the key space to read, in byte order. */
export interface Scan {
  /** First key. */
  readonly from: Uint8Array;
  /** The key after the last. */
  readonly to: Uint8Array;
  /** Reads from the end to the beginning. Not allowed with `rollUp`. */
  readonly reverse?: boolean;
  /** Most rows, rolled-up prefixes included: 1 to {@link maxScanRows}. */
  readonly limit: number;
  /**
   * Replaces keys that share a prefix by that prefix. The prefix ends with the first delimiter at
   * `prefixLength` or later.
   */
  readonly rollUp?: RollUp;
}

/** How keys are rolled up. */
export interface RollUp {
  readonly prefixLength: number;
  readonly delimiter: Uint8Array;
  /**
   * Bytes at the end of every key in which no delimiter is sought: an id after the text, and the
   * byte before it that sorts first. Default 0.
   */
  readonly tailLength?: number;
}

/**
 * One row of a scan: a record without its payload, or a prefix in place of the keys that share it.
 */
export type Row =
  | { readonly entry: Omit<Entry, "payload"> }
  /** Ends with the delimiter. */
  | { readonly commonPrefix: Uint8Array };

/** A page of rows, from one snapshot. */
export interface Page {
  readonly rows: readonly Row[];
  /**
   * Where the next page begins: its `from`, or its `to` when reversed. Absent after the last page.
   */
  readonly next?: Uint8Array;
}

/** The port. */
export interface MetadataStore {
  /**
   * Reads keys from one snapshot, in their order; sees every commit that was acknowledged before
   * the call. Payloads are read unless `payloads` is false.
   */
  readonly getMany: (
    keys: readonly Uint8Array[],
    options?: { readonly payloads?: boolean },
  ) => Promise<readonly (Entry | undefined)[]>;
  /** Reads a page from one snapshot. */
  readonly scan: (scan: Scan) => Promise<Page>;
  /**
   * Resolves when the outcome is known; `committed` means on disk. Throws RangeError beyond the
   * port's bounds.
   */
  readonly commit: (commit: Commit) => Promise<CommitOutcome>;
  /**
   * Waits for commits under way, then releases the medium. A later commit has an unknown outcome.
   */
  readonly close: () => Promise<void>;
}

/**
 * Longest key in bytes: the limit of the `lmdb` package with its default pages of 4 KiB (measured).
 */
export const maxKeyLength = 1_978;
/** Longest value in bytes. */
export const maxValueBytes = 32_768;
/** Longest payload in bytes. */
export const maxPayloadBytes = 65_536;
/** Most checks in a commit. */
export const maxChecks = 64;
/** Most puts and deletes in a commit. */
export const maxWrites = 128;
/** Most rows of a page. */
export const maxScanRows = 1_000;
/**
 * Bytes of keys and values after which a page ends. The row that reaches them is still in the page.
 */
export const maxScanBytes = 1_048_576;

/** Mints a commit's version. */
export function mintVersion(): number {
  const words = new Uint32Array(2);
  fillWithChance(new Uint8Array(words.buffer));
  // 20 bits and 32 bits make 52; zero is left out, because LMDB gives it a meaning of its own.
  return ((words[0] ?? 0) & 0xf_ffff) * 0x1_0000_0000 + (words[1] ?? 0) || 1;
}

/**
 * Checks a commit against the port's bounds, and that an absent check is on a key that is put.
 * Throws RangeError.
 */
export function assertCommit(commit: Commit): void {
  const { checks, puts, deletes } = commit;
  if (checks.length > maxChecks) throw new RangeError(`a commit has over ${maxChecks} checks`);
  if (puts.length + deletes.length > maxWrites)
    throw new RangeError(`a commit has over ${maxWrites} puts and deletes`);
  for (const key of [...checks.map((check) => check.key), ...deletes]) assertKey(key);
  for (const put of puts) {
    assertKey(put.key);
    if (put.value.length > maxValueBytes) throw new RangeError(`value over ${maxValueBytes} bytes`);
    if ((put.payload?.length ?? 0) > maxPayloadBytes) {
      throw new RangeError(`payload over ${maxPayloadBytes} bytes`);
    }
  }
  for (const key of deletes) {
    if (puts.some((put) => equalBytes(put.key, key))) {
      throw new RangeError("a commit puts and deletes the same key");
    }
  }
  for (const check of checks) {
    if (check.version === "absent" && !puts.some((put) => equalBytes(put.key, check.key))) {
      throw new RangeError("a commit has an absent check on a key that it does not put");
    }
  }
}

/** Checks a scan's limit, bounds and options. Throws RangeError. */
export function assertScan(scan: Scan): void {
  if (!(scan.limit >= 1 && scan.limit <= maxScanRows))
    throw new RangeError(`a scan's limit must be 1 to ${maxScanRows}, not ${scan.limit}`);
  if (scan.reverse === true && scan.rollUp !== undefined) {
    throw new RangeError("a reversed scan cannot roll up");
  }
  for (const bound of [scan.from, scan.to]) {
    if (bound.length > maxKeyLength) throw new RangeError("a scan's bound is longer than a key");
  }
}

/** Whether an entry can exist under a key. A key that is empty or too long cannot be put. */
export function isPossibleKey(key: Uint8Array): boolean {
  return key.length > 0 && key.length <= maxKeyLength;
}

function assertKey(key: Uint8Array): void {
  if (key.length === 0 || key.length > maxKeyLength)
    throw new RangeError(`a key must have 1 to ${maxKeyLength} bytes, not ${key.length}`);
}

/** Whether two byte strings are the same. */
export function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  return Buffer.compare(left, right) === 0;
}

/** The smallest key after all keys that begin with `prefix`; undefined when there is none. */
export function prefixEnd(prefix: Uint8Array): Uint8Array | undefined {
  const end = Uint8Array.from(prefix);
  for (let index = end.length - 1; index >= 0; index -= 1) {
    const byte = end[index] ?? 0xff;
    if (byte < 0xff) {
      end[index] = byte + 1;
      return end.subarray(0, index + 1);
    }
  }
  return undefined;
}
