// Makes the records of one store those of another: puts what is missing or different, and deletes
// what the source lacks. A run that is repeated writes differences only.
import type { Entry, MetadataStore, Put } from "@ossicle/store";
import { ConfigurationError } from "../../configuration/configuration-error.ts";
import { commitOnce } from "../../objects/records/commit.ts";
import { entriesOf } from "../../objects/records/entries-of.ts";
import type { CopyClaim } from "../../objects/records/format.ts";
import { serverRecords } from "../../objects/records/key-space.ts";

/** Records in one commit: with payloads, a commit has at most 4 MiB. */
const commitRows = 64;

/** Commits under way at the same time. */
const commitsAtOnce = 8;

/** Every key of the key space; its letters are ASCII. */
const everything = { from: Uint8Array.of(0), to: Uint8Array.of(0xff) };

/** Records that belong to a place, not to the store in it. */
const ownNames = ["format", "blobs-mark", "secret-check", "owner-key"] as const;

/** What was written. */
export interface RecordCopyReport {
  readonly records: number;
  readonly written: number;
  readonly deleted: number;
}

/** Two stores. */
export interface CopiedStores {
  readonly from: MetadataStore;
  readonly to: MetadataStore;
  /** The target's claim. */
  readonly claim: CopyClaim;
}

/** Copies the records. Throws ConfigurationError when another run has begun meanwhile. */
export async function copyRecords(stores: CopiedStores): Promise<RecordCopyReport> {
  const { from, to } = stores;
  const counts = { records: 0, written: 0, deleted: 0 };
  const commits = new Commits();
  let puts: Uint8Array[] = [];
  let deletes: Uint8Array[] = [];
  const flush = async (): Promise<void> => {
    const [keys, gone] = [puts, deletes];
    [puts, deletes] = [[], []];
    await commits.start(() => copyBatch(stores, { keys, deletes: gone }));
  };
  for await (const { source, target } of pairs({ source: copied(from), target: copied(to) })) {
    if (source !== undefined) counts.records += 1;
    if (source === undefined && target !== undefined) {
      deletes.push(target.key);
      counts.deleted += 1;
    } else if (source !== undefined && !hasSameValue(source, target)) {
      puts.push(source.key);
      counts.written += 1;
    }
    if (puts.length + deletes.length >= commitRows) await flush();
  }
  await flush();
  await commits.end();
  return counts;
}

type Row = Omit<Entry, "payload">;

async function* copied(store: MetadataStore): AsyncGenerator<Row> {
  const own = ownNames.map((name) => Buffer.from(serverRecords.key(name)));
  const hold = Buffer.from(serverRecords.key("sweep-hold/"));
  for await (const entry of entriesOf(store, everything)) {
    const key = Buffer.from(entry.key);
    const isHold = key.subarray(0, hold.length).equals(hold);
    if (!isHold && !own.some((one) => one.equals(key))) yield entry;
  }
}

interface Pair<T> {
  readonly source: T;
  readonly target: T;
}

// Walks over two sorted rows of records, key by key.
async function* pairs(rows: Pair<AsyncGenerator<Row>>): AsyncGenerator<Pair<Row | undefined>> {
  let [source, target] = [await rows.source.next(), await rows.target.next()];
  while (source.done !== true || target.done !== true) {
    const order =
      source.done === true
        ? 1
        : target.done === true
          ? -1
          : Buffer.compare(source.value.key, target.value.key);
    yield {
      source: order <= 0 && source.done !== true ? source.value : undefined,
      target: order >= 0 && target.done !== true ? target.value : undefined,
    };
    if (order <= 0) source = await rows.source.next();
    if (order >= 0) target = await rows.target.next();
  }
}

// A payload never changes without its value: the value has the payload's digests or its moment.
function hasSameValue(one: Row, other: Row | undefined): boolean {
  return other !== undefined && Buffer.compare(one.value, other.value) === 0;
}

interface Batch {
  /** Keys of records that are copied. */
  readonly keys: readonly Uint8Array[];
  readonly deletes: readonly Uint8Array[];
}

async function copyBatch(
  { from, to, claim }: CopiedStores,
  { keys, deletes }: Batch,
): Promise<void> {
  const entries = keys.length === 0 ? [] : await from.getMany(keys);
  const puts: Put[] = [];
  for (const entry of entries) {
    if (entry === undefined) continue; // deleted meanwhile; the next run deletes it
    const { key, value, payload } = entry;
    puts.push({ key, value, ...(payload === undefined ? {} : { payload }) });
  }
  if (puts.length + deletes.length === 0) return;
  const committed = await commitOnce(to, { checks: [claim.check], puts, deletes });
  if (!committed.ok) throw claimLost();
}

/** The error of a run after which another one has begun. */
export function claimLost(): ConfigurationError {
  return new ConfigurationError([
    "another run of ossicle copy has begun to write into --to, or has completed it",
  ]);
}

/** Commits that run at the same time. Each has other keys. */
class Commits {
  readonly #running = new Set<Promise<void>>();
  #failure: { readonly cause: unknown } | undefined;

  async start(work: () => Promise<void>): Promise<void> {
    if (this.#running.size >= commitsAtOnce) await Promise.race(this.#running);
    if (this.#failure !== undefined) throw this.#failure.cause;
    const running = work()
      .catch((cause: unknown) => {
        this.#failure ??= { cause };
      })
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  async end(): Promise<void> {
    await Promise.all(this.#running);
    if (this.#failure !== undefined) throw this.#failure.cause;
  }
}
