// Takes over deliveries that are due: their sender died, their next round begins, or an operator
// requested a replay. One look examines a bounded number of jobs and yields to other work in
// between, because an endpoint that hangs may have left any number of them.
import type { MetadataStore, Page } from "@ossicle/store";
import { commitOnce } from "../../objects/records/commit.ts";
import { encodeFitting, type Leased, leaseFacts, leaseOf } from "./ledger.ts";
import { type Delivery, idText } from "./delivery.ts";
import type { DeliveryRecord } from "../../objects/records/delivery-record.ts";
import { jobPut, jobsDueBefore, readJob } from "../../objects/records/jobs.ts";
import { deliveryRecords } from "../../objects/records/key-space.ts";

/** Where to look for due deliveries. */
export interface TakeOverOptions {
  readonly nowMs: number;
  /** Most deliveries to take. */
  readonly limit: number;
  /** Where the previous look stopped; undefined is the beginning. */
  readonly from: Uint8Array | undefined;
  /** Called with the place where the next look should continue. */
  readonly onStop: (next: Uint8Array | undefined) => void;
  /**
   * Whether this process is sending the delivery. Then it is not taken over, even if its lease has
   * ended by the clock.
   */
  readonly isInHand: (id: string) => boolean;
  /** Whether there is room to send this one now; if not, it stays due. */
  readonly mayTake: (record: DeliveryRecord) => boolean;
  /** Called for a record that cannot be taken over; the other deliveries still are. */
  readonly onFailure: (cause: unknown) => void;
}

/** Jobs read at a time. */
const scanRows = 64;

/** Most jobs that one look examines: some hundred milliseconds of work, in pieces. */
const maxExamined = 8_192;

/** Takes over deliveries that are due, one after the other. Losing a race for one is no error. */
export async function* takeOverDue(
  store: MetadataStore,
  options: TakeOverOptions,
): AsyncGenerator<Leased> {
  const { nowMs, limit, from, isInHand, mayTake, onFailure } = options;
  const range = jobsDueBefore(nowMs);
  let next: Uint8Array | undefined =
    from !== undefined && Buffer.compare(from, range.to) < 0 ? from : range.from;
  let taken = 0;
  let examined = 0;
  while (next !== undefined && taken < limit && examined < maxExamined) {
    // Reads from memory do not yield to the event loop, so yield between pages.
    if (examined > 0) await new Promise(setImmediate);
    const page: Page = await store.scan({ from: next, to: range.to, limit: scanRows });
    ({ next } = page);
    for (const row of page.rows) {
      if (!("entry" in row)) continue;
      if (taken >= limit) {
        next = row.entry.key;
        break;
      }
      examined += 1;
      const found = readJob(row.entry, onFailure);
      if (found?.kind !== "delivery" || isInHand(idText(found.id))) continue;
      const { id, dueMs, isLease = false } = found;
      const { key: job, version: jobVersion } = row.entry;
      const due = { job, jobVersion, id, dueMs, isLease, nowMs, mayTake };
      const leased = await takeOver(store, due).catch(onFailure);
      if (leased === undefined) continue;
      taken += 1;
      yield leased;
    }
    options.onStop(next);
  }
}

interface DueJob {
  readonly job: Uint8Array;
  readonly jobVersion: number;
  readonly id: Uint8Array;
  readonly dueMs: number;
  readonly isLease: boolean;
  readonly nowMs: number;
  readonly mayTake: TakeOverOptions["mayTake"];
}

async function takeOver(store: MetadataStore, due: DueJob): Promise<Leased | undefined> {
  const key = deliveryRecords.key(due.id);
  const [seen] = await store.getMany([key], { payloads: false });
  const record = seen === undefined ? undefined : deliveryRecords.decode(seen.value);
  if (seen === undefined || record?.state !== "due" || isOutlived(due, record)) {
    await commitOnce(store, {
      checks: [{ key: due.job, version: due.jobVersion }],
      puts: [],
      deletes: [due.job],
    });
    return undefined;
  }
  const isExpired = isTooOld(record, due.nowMs);
  if (!isExpired && !due.mayTake(record)) return undefined;
  const [entry] = await store.getMany([key]);
  if (entry?.version !== seen.version) return undefined; // another process has taken it
  return lease(store, { ...due, record, isExpired, version: seen.version, payload: entry.payload });
}

// A lease that outlived its round: the clock was set while the round was under way, and the lease's
// job was moved to a later time. The next round has a job of its own. A round that was given back
// keeps its lease.
function isOutlived({ isLease }: DueJob, { waiting }: DeliveryRecord): boolean {
  return isLease && (waiting === "retry" || waiting === "replay");
}

// A delivery waits for another round no longer than its policy says, also when the store was down.
function isTooOld({ waiting, policy, createdMs }: DeliveryRecord, nowMs: number): boolean {
  return waiting === "retry" && nowMs - createdMs > (policy?.retry?.maxAgeMs ?? Infinity);
}

interface DueRecord extends DueJob {
  readonly record: DeliveryRecord;
  readonly isExpired: boolean;
  readonly version: number;
  readonly payload: Uint8Array | undefined;
}

async function lease(store: MetadataStore, due: DueRecord): Promise<Leased | undefined> {
  const { record, isExpired } = due;
  const key = deliveryRecords.key(due.id);
  const { nowMs } = due;
  const job = jobPut("delivery", due.id, {
    ...leaseFacts,
    dueMs: nowMs + leaseOf(record),
    nowMs,
  });
  const { waiting, nextMs: _, ...rest } = record;
  const lost = {
    atMs: due.dueMs - leaseOf(record),
    url: record.urls[0] ?? "",
    tookMs: 0,
    reason: "outcome unknown: the process that sent the callback, or was about to, died",
  };
  const isLost = waiting === undefined;
  const next: DeliveryRecord = isLost ? { ...rest, attempts: [...record.attempts, lost] } : rest;
  const body = Buffer.from(due.payload ?? []);
  const committed = await commitOnce(store, {
    checks: [
      { key: due.job, version: due.jobVersion },
      { key, version: due.version },
    ],
    puts: [{ key, value: encodeFitting(next), payload: body }, job],
    deletes: [due.job],
  });
  if (!committed.ok) return undefined;
  const delivery: Delivery = { id: idText(due.id), record: next, body };
  return {
    delivery,
    version: committed.version,
    job: job.key,
    ...(isLost ? { isLost } : {}),
    ...(isExpired ? { isExpired } : {}),
  };
}
