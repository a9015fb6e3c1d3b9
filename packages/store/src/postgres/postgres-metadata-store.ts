// The metadata port over PostgreSQL. Any number of processes, on any number of machines, share one
// database.
import {
  assertCommit,
  assertScan,
  type CommitOutcome,
  isPossibleKey,
  maxKeyLength,
  maxScanBytes,
  type MetadataStore,
  type Page,
  type Row,
  type Scan,
} from "../metadata-store.ts";
import { StoreUnavailableError } from "../store-unavailable-error.ts";
import { Committer } from "./committer.ts";
import { Database, type DatabaseRow, type ReachListener } from "./database.ts";
import { requireSchema } from "./migrate.ts";
import { Reader } from "./reader.ts";
import { scanBackwards, scanForwards, scanRolledUp } from "./statements.ts";

/**
 * Opens a database whose schema is current. Calls `onReach` when the database cannot be reached,
 * and when it can be again. Throws TypeError for an address that cannot be read,
 * StoreUnavailableError when no host can be reached, and SchemaError when the schema is missing, or
 * is older or newer than this program's.
 */
export async function openPostgresMetadataStore(
  address: string,
  onReach?: ReachListener,
): Promise<SharedMetadataStore> {
  const database = new Database(address, onReach);
  try {
    await requireSchema(database);
  } catch (cause) {
    await database.close();
    throw cause;
  }
  return new PostgresMetadataStore(database);
}

/** The port, and what this adapter adds to it. */
export interface SharedMetadataStore extends MetadataStore {
  /** Why the database could not be reached when it was tried last; undefined when it was. */
  readonly problem: Error | undefined;
}

/** Sorts behind every key that begins with the text before it. */
const behindPrefix = Buffer.alloc(maxKeyLength, 0xff);

class PostgresMetadataStore implements SharedMetadataStore {
  readonly #database: Database;
  readonly #committer: Committer;
  readonly #reader: Reader;
  readonly #underWay = new Set<Promise<unknown>>();
  #isClosed = false;

  constructor(database: Database) {
    this.#database = database;
    this.#committer = new Committer(database);
    this.#reader = new Reader(database);
  }

  get problem(): Error | undefined {
    return this.#database.problem;
  }

  readonly getMany: MetadataStore["getMany"] = async (keys, options) => {
    const possible = keys.filter(isPossibleKey);
    const payloads = options?.payloads !== false;
    const found = possible.length === 0 ? [] : await this.#reader.read(possible, payloads);
    if (possible.length === keys.length) return found;
    const left = [...found];
    return keys.map((key) => (isPossibleKey(key) ? left.shift() : undefined));
  };

  readonly scan: MetadataStore["scan"] = async (scan) => {
    assertScan(scan);
    const { from, to, limit, reverse, rollUp } = scan;
    const range = [from, to, limit + 1, maxScanBytes];
    if (rollUp === undefined) {
      const rows = await this.#reader.scan(reverse === true ? scanBackwards : scanForwards, range);
      return pageOf(rows, scan);
    }
    const { prefixLength, delimiter, tailLength = 0 } = rollUp;
    const parameters = [...range, prefixLength, delimiter, tailLength, behindPrefix];
    return pageOf(await this.#reader.scan(scanRolledUp, parameters), scan);
  };

  readonly commit: MetadataStore["commit"] = async (commit) => {
    assertCommit(commit);
    if (this.#isClosed)
      return { kind: "unknown", cause: new StoreUnavailableError("it is closed") };
    const work = this.#commit(commit);
    this.#underWay.add(work);
    try {
      return await work;
    } finally {
      this.#underWay.delete(work);
    }
  };

  async #commit(commit: Parameters<MetadataStore["commit"]>[0]): Promise<CommitOutcome> {
    const held = await this.#committer.commit(commit);
    if (held === true) return { kind: "committed" };
    if (held !== false) return { kind: "unknown", cause: held.cause };
    try {
      const current = await this.getMany(commit.checks.map(({ key }) => key));
      return { kind: "conflict", current };
    } catch (cause) {
      return { kind: "unknown", cause };
    }
  }

  readonly close: MetadataStore["close"] = async () => {
    if (this.#isClosed) return;
    this.#isClosed = true;
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay);
    await this.#database.close();
  };
}

function pageOf(found: readonly DatabaseRow[], { limit, reverse }: Scan): Page {
  const rows: Row[] = [];
  let bytes = 0;
  let last: Uint8Array | undefined;
  for (const [key, version, value, prefix] of found as readonly ScannedRow[]) {
    if (rows.length === limit || bytes >= maxScanBytes) {
      return { rows, next: reverse === true ? (last ?? key) : (prefix ?? key) };
    }
    last = key;
    if (prefix === undefined || prefix === null) {
      rows.push({ entry: { key, version: Number(version), value: value ?? new Uint8Array(0) } });
      bytes += key.length + (value?.length ?? 0);
    } else {
      rows.push({ commonPrefix: prefix });
      bytes += prefix.length;
    }
  }
  return { rows };
}

/** As the driver decodes it: integers of eight bytes are text. A prefix has no value. */
type ScannedRow = readonly [
  key: Buffer,
  version: string,
  value: Buffer | null,
  prefix?: Buffer | null,
];
