// The delivery records: put with the object's commit, due until there is an outcome. The process
// that moves the due entry holds the lease; one that runs out means that its sender died
// (take-over.ts).
import { createHash } from "node:crypto";
import { maxValueBytes, type MetadataStore, type Put } from "@ossicle/store";
import { commitOnce } from "../../objects/records/commit.ts";
import type { Companions } from "../../objects/versions/reveal-object.ts";
import { type Delivery, type DeliveryOutcome, rawId } from "./delivery.ts";
import type {
  AttemptRecord,
  DeliveryRecord,
  DeliveryState,
  ReplyRecord,
} from "../../objects/records/delivery-record.ts";
import { jobKey, jobPut } from "../../objects/records/jobs.ts";
import {
  deliveryRecords,
  endpointHashBytes,
  failureRecords,
} from "../../objects/records/key-space.ts";

/**
 * How long a sender has before another node may take over, in milliseconds: five URLs of 5 s and a
 * margin.
 */
export const leaseMs = 40_000;

/** Room in a lease beside the time of its URLs, in milliseconds. */
const leaseMarginMs = 15_000;

/** Longest lease, in milliseconds: five URLs of a minute each. */
export const longestLeaseMs: number = 5 * 60_000 + leaseMarginMs;

/** The lease of a round: the first one's, or longer where the policy gives an answer more time. */
export function leaseOf({ policy, urls }: DeliveryRecord): number {
  const timeoutMs = policy?.retry?.timeoutMs ?? 0;
  return Math.max(leaseMs, timeoutMs * urls.length + leaseMarginMs);
}

/** A delivery under a lease: what its outcome's commit has to check and delete. */
export interface Leased {
  readonly delivery: Delivery;
  readonly version: number;
  readonly job: Buffer;
  /** Taken over from a sender that died: whether it was sent is unknown. */
  readonly isLost?: true;
  /** Too old for another round: it is only to be ended. */
  readonly isExpired?: true;
}

/** What the job of a round that is under way says of itself. */
export interface LeaseFacts {
  readonly isLease?: true;
}

/** The facts of a lease. */
export const leaseFacts: LeaseFacts = { isLease: true };

/** The records that enter the object's commit. */
export function deliveryPuts(
  delivery: Delivery,
  nowMs: number,
): { puts: readonly Put[]; job: Buffer } {
  const id = Buffer.from(delivery.id, "hex");
  const job = jobPut("delivery", id, {
    ...leaseFacts,
    dueMs: nowMs + leaseOf(delivery.record),
    nowMs,
  });
  const puts: Put[] = [
    {
      key: deliveryRecords.key(id),
      value: deliveryRecords.encode(delivery.record),
      payload: delivery.body,
    },
    job,
  ];
  return { puts, job: job.key };
}

/** Most attempts kept: the last ones. */
const maxAttempts = 10;

/** Longest reason, error and URL kept of an attempt, in characters: a record has 32 KiB. */
const maxAttemptText = 500;

/**
 * Most kept of an answer: of its headers and of its body, in characters each. Only the last
 * attempt's is kept.
 */
const maxReplyText = 2_048;

/** What a delivery's record says after a round: another follows, or none. */
export type DeliveryChange =
  | {
      readonly state: "due";
      /** When the next round begins, and when the wait for it begins. */
      readonly nextMs: number;
      readonly sinceMs: number;
    }
  | ({ readonly state: Exclude<DeliveryState, "due"> } & Partial<
      Pick<DeliveryRecord, "version" | "discarded">
    >);

/**
 * What a commit writes that ends a round: checked, so that of two processes with an outcome one
 * records it.
 */
export function roundWrites(
  { delivery, version, job }: Leased,
  outcome: DeliveryOutcome,
  change: DeliveryChange,
): Companions {
  const id = Buffer.from(delivery.id, "hex");
  const key = deliveryRecords.key(id);
  const { rounds = 0, attempts, ...before } = delivery.record;
  const record: DeliveryRecord = {
    ...before,
    ...(change.state === "due"
      ? { state: "due", nextMs: change.nextMs, waiting: "retry" }
      : change),
    rounds: rounds + 1,
    attempts: [...attempts, ...outcome.attempts],
  };
  const value = encodeFitting(record);
  // What is never sent again does without its body.
  const keepsBody = hasBody(record);
  const puts: Put[] = [keepsBody ? { key, value, payload: delivery.body } : { key, value }];
  if (isFailure(record))
    puts.push({ key: failureKeyOf(id, record), value: failureRecords.encode({}) });
  if (change.state === "due") {
    const { nextMs, sinceMs } = change;
    // Never the job that the same commit deletes, though its lease may end at that very moment.
    const isSame = Buffer.compare(jobKey(nextMs, "delivery", id), job) === 0;
    const dueMs = isSame ? nextMs + 1 : nextMs;
    puts.push(jobPut("delivery", id, { dueMs, nowMs: sinceMs }));
  }
  return { checks: [{ key, version }], puts, deletes: [job] };
}

/**
 * What a commit writes that gives a round back which has not ended: when its lease is over it
 * begins again, also under `record-unknown`.
 */
export function giveBackWrites({ delivery, version }: Leased, nowMs: number): Companions {
  const key = deliveryRecords.key(Buffer.from(delivery.id, "hex"));
  const { record, body } = delivery;
  const cutOff: AttemptRecord = {
    atMs: nowMs,
    url: record.urls[0] ?? "",
    tookMs: 0,
    reason: "cut off: the store was stopped while it waited; the application may have been called",
  };
  const attempts = [...record.attempts, cutOff];
  const value = encodeFitting({ ...record, waiting: "round", attempts });
  return { checks: [{ key, version }], puts: [{ key, value, payload: body }], deletes: [] };
}

/** Whether a delivery is listed among the failures of its endpoint. */
export function isFailure({ state }: Pick<DeliveryRecord, "state">): boolean {
  return state === "failed" || state === "dead";
}

/** Whether a delivery's rendered body is kept: as long as it may be sent once more. */
export function hasBody({
  state,
  discarded,
}: Pick<DeliveryRecord, "state" | "discarded">): boolean {
  return discarded !== true && state !== "delivered" && state !== "superseded";
}

// Every outcome must be recorded, or its delivery would be sent again: what does not fit the
// record is left out, the answer first, then attempts, the oldest first.
export function encodeFitting(record: DeliveryRecord): Buffer {
  const kept = record.attempts.slice(-maxAttempts);
  const short = kept.map((attempt) => bounded(attempt, false));
  const withAnswer = kept.slice(-1).map((attempt) => bounded(attempt, true));
  const candidates = [[...short.slice(0, -1), ...withAnswer], short, short.slice(-1)];
  const fits = candidates.find(
    (some) => Buffer.byteLength(JSON.stringify({ ...record, attempts: some })) < maxValueBytes,
  );
  return deliveryRecords.encode({ ...record, attempts: fits ?? [] });
}

function bounded({ reply, ...attempt }: AttemptRecord, keepsReply: boolean): AttemptRecord {
  return {
    ...attempt,
    url: attempt.url.slice(0, maxAttemptText),
    ...(attempt.error === undefined ? {} : { error: attempt.error.slice(0, maxAttemptText) }),
    ...(attempt.reason === undefined ? {} : { reason: attempt.reason.slice(0, maxAttemptText) }),
    ...(reply === undefined || !keepsReply ? {} : { reply: boundedReply(reply) }),
  };
}

function boundedReply({ headers, body }: ReplyRecord): ReplyRecord {
  let length = 0;
  const from = headers.findIndex((text) => (length += text.length) > maxReplyText);
  return {
    headers: from < 0 ? headers : headers.slice(0, from - (from % 2)),
    body: body.slice(0, maxReplyText),
  };
}

/** The key under which a failed delivery is listed below its endpoint. */
export function failureKeyOf(id: Uint8Array, record: DeliveryRecord): Buffer {
  return failureRecords.key(endpointHash(record), id);
}

function endpointHash(record: DeliveryRecord): Uint8Array {
  return createHash("sha256")
    .update(record.urls[0] ?? "")
    .digest()
    .subarray(0, endpointHashBytes);
}

/** What became of a wish to replay. */
export type ReplayOutcome =
  | "replayed"
  | "missing"
  /** The policy removed its object when it failed. */
  | "discarded"
  | Exclude<DeliveryState, "failed" | "dead">;

/**
 * Makes a failed delivery due once more, with the same id; the next process that looks for due
 * deliveries sends it.
 */
export async function replayDelivery(
  store: MetadataStore,
  id: string,
  nowMs: number,
): Promise<ReplayOutcome> {
  const raw = rawId(id);
  if (raw === undefined) return "missing";
  const key = deliveryRecords.key(raw);
  const [entry] = await store.getMany([key]);
  if (entry === undefined) return "missing";
  const record = deliveryRecords.decode(entry.value);
  if (record.state !== "failed" && record.state !== "dead") return record.state;
  if (record.discarded === true) return "discarded";
  const next: DeliveryRecord = { ...record, state: "due", waiting: "replay" };
  const committed = await commitOnce(store, {
    checks: [{ key, version: entry.version }],
    puts: [
      { key, value: encodeFitting(next), payload: entry.payload ?? new Uint8Array(0) },
      jobPut("delivery", raw, { dueMs: nowMs, nowMs }),
    ],
    deletes: [failureKeyOf(raw, record)],
  });
  return committed.ok ? "replayed" : replayDelivery(store, id, nowMs);
}
