// The delivery records: put with the object's commit, due until there is an outcome. Whoever moves the due entry holds the
// lease; a lease that runs out means that its sender died.
import { createHash } from "node:crypto";
import type { MetadataStore, Put } from "@ossicle/store";
import { commitOnce } from "../objects/commit.ts";
import { deliveryKey, failureKey, jobKey, jobRange, parseJobKey } from "../objects/keys.ts";
import { decodeRecord, encodeRecord } from "../objects/records.ts";
import type { Delivery, DeliveryOutcome, DeliveryRecord } from "./delivery.ts";

/** How long a sender has before another node may take over, in milliseconds: five URLs of 5 s and a margin (STORAGE). */
export const leaseMs = 40_000;

/** A delivery in somebody's hands: what its outcome's commit has to check and delete. */
export interface Leased {
  readonly delivery: Delivery;
  readonly version: number;
  readonly job: Buffer;
}

/** The records that enter the object's commit. */
export function deliveryPuts(
  delivery: Delivery,
  nowMs: number,
): { puts: readonly Put[]; job: Buffer } {
  const id = Buffer.from(delivery.id, "hex");
  const job = jobKey(nowMs + leaseMs, "delivery", id);
  const puts: Put[] = [
    { key: deliveryKey(id), value: encodeRecord(delivery.record), payload: delivery.body },
    { key: job, value: encodeRecord({}) },
  ];
  return { puts, job };
}

/** Longest reason and error kept of an attempt, in characters: a record has 32 KiB. */
const maxAttemptText = 500;

/** Records an outcome. Returns false when another node has recorded one before. */
export async function recordOutcome(
  store: MetadataStore,
  { delivery, version, job }: Leased,
  outcome: DeliveryOutcome,
): Promise<boolean> {
  const id = Buffer.from(delivery.id, "hex");
  const key = deliveryKey(id);
  const attempts = [...delivery.record.attempts, ...outcome.attempts].map((attempt) => ({
    ...attempt,
    ...(attempt.error === undefined ? {} : { error: attempt.error.slice(0, maxAttemptText) }),
    ...(attempt.reason === undefined ? {} : { reason: attempt.reason.slice(0, maxAttemptText) }),
  }));
  const record: DeliveryRecord = { ...delivery.record, state: outcome.kind, attempts };
  const puts: Put[] = [{ key, value: encodeRecord(record), payload: delivery.body }];
  if (outcome.kind === "failed") {
    puts.push({ key: failureKey(endpointHash(record), id), value: encodeRecord({}) });
  }
  const committed = await commitOnce(store, { checks: [{ key, version }], puts, deletes: [job] });
  return committed.ok;
}

function endpointHash(record: DeliveryRecord): Uint8Array {
  return createHash("sha256")
    .update(record.urls[0] ?? "")
    .digest()
    .subarray(0, 8);
}

/** Takes over deliveries whose lease has run out, up to a number. Losing a race for one is no error. */
export async function takeOverDue(
  store: MetadataStore,
  { nowMs, limit }: { readonly nowMs: number; readonly limit: number },
): Promise<readonly Leased[]> {
  const page = await store.scan({ ...jobRange(nowMs), limit });
  const taken: Leased[] = [];
  for (const row of page.rows) {
    if (!("entry" in row)) continue;
    const { kind, id, dueMs } = parseJobKey(row.entry.key);
    if (kind !== "delivery") continue;
    const leased = await takeOver(store, {
      job: row.entry.key,
      jobVersion: row.entry.version,
      id,
      dueMs,
      nowMs,
    });
    if (leased !== undefined) taken.push(leased);
  }
  return taken;
}

interface DueJob {
  readonly job: Uint8Array;
  readonly jobVersion: number;
  readonly id: Uint8Array;
  readonly dueMs: number;
  readonly nowMs: number;
}

async function takeOver(store: MetadataStore, due: DueJob): Promise<Leased | undefined> {
  const key = deliveryKey(due.id);
  const [entry] = await store.getMany([key]);
  const record = entry === undefined ? undefined : decodeRecord<DeliveryRecord>(entry.value);
  if (entry === undefined || record?.state !== "due") {
    await commitOnce(store, {
      checks: [{ key: due.job, version: due.jobVersion }],
      puts: [],
      deletes: [due.job],
    });
    return undefined;
  }
  const job = jobKey(due.nowMs + leaseMs, "delivery", due.id);
  const lost = {
    atMs: due.dueMs - leaseMs,
    url: record.urls[0] ?? "",
    tookMs: 0,
    reason: "outcome unknown: the process that sent it, or was about to, is gone",
  };
  const next: DeliveryRecord = { ...record, attempts: [...record.attempts, lost] };
  const body = Buffer.from(entry.payload ?? []);
  const committed = await commitOnce(store, {
    checks: [
      { key: due.job, version: due.jobVersion },
      { key, version: entry.version },
    ],
    puts: [
      { key, value: encodeRecord(next), payload: body },
      { key: job, value: encodeRecord({}) },
    ],
    deletes: [due.job],
  });
  if (!committed.ok) return undefined;
  const delivery: Delivery = {
    id: Buffer.from(due.id).toString("hex").toUpperCase(),
    record: next,
    body,
  };
  return { delivery, version: committed.version, job };
}
