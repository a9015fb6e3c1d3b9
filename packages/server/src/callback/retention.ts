// Keeps the ledger bounded: deliveries with an outcome go when they are old, and the oldest of them when all together are too large. One that
// is due never goes.
import type { MetadataStore, Page } from "@ossicle/store";
import { commitOnce } from "../objects/commit.ts";
import { idOfKey, kindRange } from "../objects/keys.ts";
import { decodeRecord } from "../objects/records.ts";
import { Repeat } from "../repeat.ts";
import type { Services } from "../services.ts";
import { beginningOf } from "./deliveries.ts";
import type { DeliveryRecord } from "./delivery.ts";
import { failureKeyOf } from "./ledger.ts";

/** What may be kept. */
export interface RetentionLimits {
  readonly maxAgeMs: number;
  /** Of records and rendered bodies together. */
  readonly maxBytes: number;
}

/** Pause between two looks, in milliseconds. */
const everyMs = 600_000;

/** Records read at a time. */
const rowsAtATime = 500;

/** Records removed in one commit: each has a check and up to two deletes. */
const removedAtATime = 50;

type RetainingServices = Pick<Services, "metadata" | "clock" | "log">;

/** Trims the ledger in the background. */
export class Retention {
  readonly #services: RetainingServices;
  readonly #limits: RetentionLimits;
  readonly #repeat: Repeat = new Repeat(everyMs, () => this.#trim());

  constructor(services: RetainingServices, limits: RetentionLimits) {
    this.#services = services;
    this.#limits = limits;
  }

  start(): void {
    this.#repeat.start();
  }

  async close(): Promise<void> {
    await this.#repeat.close();
  }

  async #trim(): Promise<void> {
    const { metadata, clock, log } = this.#services;
    try {
      const removed = await trimDeliveries(metadata, this.#limits, clock());
      if (removed > 0) log.info({ removed }, "old deliveries were removed");
    } catch (cause) {
      log.error({ err: cause }, "old deliveries could not be removed");
    }
  }
}

/** Removes what is too old or too much, the oldest first. Returns how many deliveries went. */
export async function trimDeliveries(
  metadata: MetadataStore,
  { maxAgeMs, maxBytes }: RetentionLimits,
  nowMs: number,
): Promise<number> {
  const cutoff = beginningOf(nowMs - maxAgeMs);
  let excess = (await bytesOf(metadata)) - maxBytes;
  let removed = 0;
  let batch: Trimmed[] = [];
  for await (const found of oldestFirst(metadata)) {
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
      record.state === "failed" ? [key, failureKeyOf(idOfKey(key), record)] : [key],
    ),
  });
  return committed.ok ? batch.length : 0; // one of them was replayed; the next look sees to the others
}

async function bytesOf(metadata: MetadataStore): Promise<number> {
  let bytes = 0;
  for await (const found of oldestFirst(metadata)) bytes += found.bytes;
  return bytes;
}

async function* oldestFirst(metadata: MetadataStore): AsyncGenerator<Trimmed> {
  const { from, to } = kindRange("l");
  let next: Uint8Array | undefined = from;
  while (next !== undefined) {
    const page: Page = await metadata.scan({ from: next, to, limit: rowsAtATime });
    for (const row of page.rows) {
      if (!("entry" in row)) continue;
      const { key, version, value } = row.entry;
      const record = decodeRecord<DeliveryRecord>(value);
      // A delivered one's body is gone.
      const body = record.state === "delivered" ? 0 : record.bodyBytes;
      yield { key, version, record, bytes: key.length + value.length + body };
    }
    next = page.next;
  }
}
