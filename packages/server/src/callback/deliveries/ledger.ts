// Delivery records. The object's commit puts them, and they stay due until there is an outcome. The
// process that moves a delivery's job holds its lease. A lease that expires means that its sender
// died (take-over.ts).
import { createHash } from "node:crypto";
import type { MetadataStore, Put } from "@ossicle/store";
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
import { deliveryRecords, urlHashBytes, failureRecords } from "../../objects/records/key-space.ts";

/**
 * How long a sender has before another process may take over the delivery, in milliseconds: five
 * URLs of 5 s each, and a margin.
 */
export const leaseMs = 40_000;

/** Time that a lease has beyond the time of its URLs, in milliseconds. */
const leaseMarginMs = 15_000;

/** Longest lease, in milliseconds: five URLs of a minute each. */
export const longestLeaseMs: number = 5 * 60_000 + leaseMarginMs;

/**
 * The lease of a round, in milliseconds: {@link leaseMs}, or longer where the delivery's policy
 * gives each URL more time.
 */
export function leaseOf({ policy, urls }: DeliveryRecord): number {
  const timeoutMs = policy?.retry?.timeoutMs ?? 0;
  return Math.max(leaseMs, timeoutMs * urls.length + leaseMarginMs);
}

/**
 * A delivery under a lease, with the record version that its outcome's commit checks and the job
 * that this commit deletes.
 */
export interface Leased {
  readonly delivery: Delivery;
  readonly version: number;
  readonly job: Buffer;
  /** Taken over from a sender that died: whether it was sent is unknown. */
  readonly isLost?: true;
  /** Too old for another round: it is settled without being sent. */
  readonly isExpired?: true;
}

/** The facts in the job of a round that is under way. */
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

/** Most attempts that a record keeps. Earlier ones are dropped. */
const maxAttempts = 10;

/** Longest reason, error and URL kept of an attempt, in characters: a record has 32 KiB. */
const maxAttemptText = 500;

/**
 * Most characters kept of an answer's headers, and of its body. Only the last attempt keeps its
 * answer.
 */
const maxReplyText = 2_048;

/** How a round changes its delivery: another round follows, or the delivery has its outcome. */
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
 * The writes of the commit that ends a round. They check the record's version, so that only one of
 * two processes records its outcome.
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
  // A delivery that is never sent again keeps no body.
  const keepsBody = hasBody(record);
  const puts: Put[] = [keepsBody ? { key, value, payload: delivery.body } : { key, value }];
  if (isFailure(record))
    puts.push({ key: failureKeyOf(id, record), value: failureRecords.encode({}) });
  if (change.state === "due") {
    const { nextMs, sinceMs } = change;
    // The new job must not have the key of the job that this commit deletes. Both keys are equal
    // when the old lease ends at the time of the next round.
    const isSame = Buffer.compare(jobKey(nextMs, "delivery", id), job) === 0;
    const dueMs = isSame ? nextMs + 1 : nextMs;
    puts.push(jobPut("delivery", id, { dueMs, nowMs: sinceMs }));
  }
  return { checks: [{ key, version }], puts, deletes: [job] };
}

/**
 * The writes of the commit that gives back a round that has not ended. The round begins again when
 * its lease is over, also under `record-unknown`.
 */
export function giveBackWrites({ delivery, version }: Leased, nowMs: number): Companions {
  const key = deliveryRecords.key(Buffer.from(delivery.id, "hex"));
  const { record, body } = delivery;
  const cutOff: AttemptRecord = {
    atMs: nowMs,
    url: record.urls[0] ?? "",
    tookMs: 0,
    reason: "cut off: the store stopped during the round; the application may have been called",
  };
  const attempts = [...record.attempts, cutOff];
  const value = encodeFitting({ ...record, waiting: "round", attempts });
  return { checks: [{ key, version }], puts: [{ key, value, payload: body }], deletes: [] };
}

/** Whether a delivery has a failure record. */
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

// Every outcome must be recorded, or its delivery would be sent again. A record that is too large
// drops the last attempt's answer first, then every attempt but the last, and then that one too.
export function encodeFitting(record: DeliveryRecord): Buffer {
  const kept = record.attempts.slice(-maxAttempts);
  const short = kept.map((attempt) => bounded(attempt, false));
  const withAnswer = kept.slice(-1).map((attempt) => bounded(attempt, true));
  for (const some of [[...short.slice(0, -1), ...withAnswer], short, short.slice(-1)]) {
    const value = deliveryRecords.encodeIfFits({ ...record, attempts: some });
    if (value !== undefined) return value;
  }
  return deliveryRecords.encode({ ...record, attempts: [] });
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

/**
 * The key of a failed delivery's failure record. Records are grouped by a hash of the first URL.
 */
export function failureKeyOf(id: Uint8Array, record: DeliveryRecord): Buffer {
  return failureRecords.key(urlHash(record), id);
}

function urlHash(record: DeliveryRecord): Uint8Array {
  return createHash("sha256")
    .update(record.urls[0] ?? "")
    .digest()
    .subarray(0, urlHashBytes);
}

/** The result of a replay request. */
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
