// Bounds the ledger. Removes deliveries with an outcome when they are old, and the oldest of them
// when all deliveries together are too large. A due delivery is never removed.
import type { Entry, MetadataStore } from "@ossicle/store";
import { commitOnce } from "../../objects/records/commit.ts";
import { entriesOf } from "../../objects/records/entries-of.ts";
import { Repeat } from "../../time/repeat.ts";
import { beginningOf } from "./deliveries.ts";
import { failureKeyOf, hasBody, isFailure } from "./ledger.ts";
import type { StorageServices } from "../../objects/records/storage-services.ts";
import type { DeliveryRecord } from "../../objects/records/delivery-record.ts";
import { deliveryRecords } from "../../objects/records/key-space.ts";

/** How much of the ledger is kept. */
export interface RetentionLimits {
  readonly maxAgeMs: number;
  /** Of records and rendered bodies together. */
  readonly maxBytes: number;
}

/** Pause between two passes, in milliseconds. */
const everyMs = 600_000;

/**
 * The pause after a pass is at least this many times as long as the pass: reading a large ledger
 * takes seconds.
 */
const restFactor = 100;

/** Records read at a time. */
const rowsAtATime = 500;

/** Records removed in one commit: each has a check and up to two deletes. */
const removedAtATime = 50;

type RetainingServices = Pick<StorageServices, "metadata" | "clock" | "log">;

/** Trims the ledger in the background. */
export class Retention {
  readonly #services: RetainingServices;
  readonly #limits: RetentionLimits;
  readonly #repeat: Repeat = new Repeat(everyMs, () => this.#trim());
  #isOver = false;
  #restsUntilMs = 0;

  constructor(services: RetainingServices, limits: RetentionLimits) {
    this.#services = services;
    this.#limits = limits;
  }

  start(): void {
    this.#repeat.start();
  }

  async close(): Promise<void> {
    this.#isOver = true;
    await this.#repeat.close();
  }

  async #trim(): Promise<void> {
    const { metadata, clock, log } = this.#services;
    if (clock() < this.#restsUntilMs) return;
    const startedMs = clock();
    try {
      const removed = await trimDeliveries(metadata, this.#limits, {
        nowMs: startedMs,
        isOver: () => this.#isOver,
        onUnreadable: (cause) => log.error({ err: cause }, "a delivery's record cannot be read"),
      });
      if (removed > 0) log.info({ removed }, "old deliveries were removed");
    } catch (cause) {
      log.error({ err: cause }, "old deliveries could not be removed");
    }
    this.#restsUntilMs = clock() + (clock() - startedMs) * restFactor;
  }
}

/** What controls a trim. */
export interface TrimOptions {
  readonly nowMs: number;
  /** Returns whether to stop; called between records. */
  readonly isOver: () => boolean;
  /** Called for a record that cannot be read; the record stays. */
  readonly onUnreadable: (cause: unknown) => void;
}

/**
 * Removes deliveries that are too old, or beyond the size limit, the oldest first. Returns how many
 * it removed.
 */
export async function trimDeliveries(
  metadata: MetadataStore,
  { maxAgeMs, maxBytes }: RetentionLimits,
  options: TrimOptions,
): Promise<number> {
  const cutoff = beginningOf(options.nowMs - maxAgeMs);
  let excess = -maxBytes;
  for await (const { bytes } of oldestFirst(metadata, options)) excess += bytes;
  let removed = 0;
  let batch: Trimmed[] = [];
  for await (const found of oldestFirst(metadata, options)) {
    if (Buffer.compare(found.key, cutoff) >= 0 && excess <= 0) break;
    if (found.record.state === "due") continue;
    excess -= found.bytes;
    batch.push(found);
    if (batch.length < removedAtATime) continue;
    removed += await remove(metadata, batch);
    batch = [];
  }
  return removed + (await remove(metadata, batch));
}

interface Trimmed {
  readonly key: Uint8Array;
  readonly version: number;
  readonly record: DeliveryRecord;
  readonly bytes: number;
}

async function remove(metadata: MetadataStore, batch: readonly Trimmed[]): Promise<number> {
  if (batch.length === 0) return 0;
  const committed = await commitOnce(metadata, {
    checks: batch.map(({ key, version }) => ({ key, version })),
    puts: [],
    deletes: batch.flatMap(({ key, record }) =>
      isFailure(record) ? [key, failureKeyOf(deliveryRecords.partsOf(key)[0], record)] : [key],
    ),
  });
  // On a conflict one of them has changed, by a replay for example, and the batch stays. The next
  // pass removes the others.
  return committed.ok ? batch.length : 0;
}

async function* oldestFirst(
  metadata: MetadataStore,
  { isOver, onUnreadable }: TrimOptions,
): AsyncGenerator<Trimmed> {
  const ledger = { ...deliveryRecords.range(), pageRows: rowsAtATime };
  for await (const entry of entriesOf(metadata, ledger)) {
    if (isOver()) return;
    const found = readable(entry, onUnreadable);
    if (found !== undefined) yield found;
  }
}

function readable(
  entry: Omit<Entry, "payload">,
  onUnreadable: TrimOptions["onUnreadable"],
): Trimmed | undefined {
  try {
    return trimmed(entry);
  } catch (cause) {
    onUnreadable(cause);
    return undefined;
  }
}

function trimmed({ key, version, value }: Omit<Entry, "payload">): Trimmed {
  const record = deliveryRecords.decode(value);
  const body = hasBody(record) ? record.bodyBytes : 0;
  return { key, version, record, bytes: key.length + value.length + body };
}
