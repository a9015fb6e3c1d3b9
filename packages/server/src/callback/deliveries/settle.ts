// Settles a round: one commit records the outcome and applies the delivery policy to the object. It
// reveals or discards a hidden version, removes the version of a failed callback, or makes the
// delivery due for another round.
import { OssError } from "@ossicle/protocol";
import type { ChangingServices } from "../../objects/versions/change-key.ts";
import { commitOnce } from "../../objects/records/commit.ts";
import { lookUp } from "../../objects/buckets/look-up.ts";
import { removeWritten } from "../../objects/versions/remove-version.ts";
import {
  discardHidden,
  type FoundHidden,
  findHidden,
  revealObject,
} from "../../objects/versions/reveal-object.ts";
import { nextRoundMs } from "../../configuration/delivery-policy.ts";
import { type DeliveryChange, type Leased, roundWrites } from "./ledger.ts";
import type { DeliveryOutcome } from "./delivery.ts";
import type { DeliveredVersion, DeliveryState } from "../../objects/records/delivery-record.ts";

/** What a round came to. */
export interface Settlement {
  /** `lost` when another process recorded an outcome first. */
  readonly state: DeliveryState | "lost";
  /** Whether a retention policy keeps an object that the delivery policy would have removed. */
  readonly isKept?: true;
  /** The hidden version that this round made current. */
  readonly revealed?: DeliveredVersion;
}

/** What settling needs beside the outcome. */
export interface SettleOptions {
  readonly nowMs: number;
  /** From 0 to 1: jitter. */
  readonly chance: number;
}

const lost: Settlement = { state: "lost" };

/**
 * Ends a round. Throws ServiceUnavailable when it is unknown whether the outcome was recorded, or
 * while other writers keep changing the key; then the delivery stays due.
 */
export async function settle(
  services: ChangingServices,
  leased: Leased,
  outcome: DeliveryOutcome,
  options: SettleOptions,
): Promise<Settlement> {
  try {
    return await endRound(services, leased, outcome, options);
  } catch (cause) {
    // The bucket is being deleted. The deletion will find that it is not empty, and the round is
    // repeated.
    if (cause instanceof OssError && cause.code === "NoSuchBucket") {
      throw new OssError("ServiceUnavailable", {}, { cause });
    }
    throw cause;
  }
}

async function endRound(
  services: ChangingServices,
  leased: Leased,
  outcome: DeliveryOutcome,
  options: SettleOptions,
): Promise<Settlement> {
  const { record } = leased.delivery;
  const { policy, rounds = 0, createdMs } = record;
  const nextMs =
    outcome.kind === "delivered" || outcome.isFinal === true
      ? undefined
      : nextRoundMs({ policy, rounds: rounds + 1, createdMs, ...options });
  if (nextMs !== undefined)
    return keep(services, leased, outcome, { state: "due", nextMs, sinceMs: options.nowMs });
  const state =
    outcome.kind === "delivered" ? "delivered" : policy?.retry === undefined ? "failed" : "dead";
  if (policy?.onFailure === "hide" && record.version === undefined) {
    return settleHidden(services, leased, outcome, state);
  }
  // An object that the application may have confirmed is not removed.
  const isRefused = outcome.kind === "failed" && outcome.isUnknown !== true;
  if (policy?.onFailure === "delete" && isRefused) {
    return removeFailed(services, leased, outcome, state === "dead" ? "dead" : "failed");
  }
  return keep(services, leased, outcome, { state });
}

// The object stays as it is.
async function keep(
  { metadata }: ChangingServices,
  leased: Leased,
  outcome: DeliveryOutcome,
  change: DeliveryChange,
): Promise<Settlement> {
  const committed = await commitOnce(metadata, roundWrites(leased, outcome, change));
  return committed.ok ? { state: change.state } : lost;
}

type FinalState = "delivered" | "failed" | "dead";

async function settleHidden(
  services: ChangingServices,
  leased: Leased,
  outcome: DeliveryOutcome,
  state: FinalState,
): Promise<Settlement> {
  const { id, record } = leased.delivery;
  const hidden = await findHidden(services, {
    bucketName: record.bucket,
    bucketId: Buffer.from(record.bucketId, "hex"),
    deliveryId: Buffer.from(id, "hex"),
  });
  // Without a hidden version, either another process has settled this delivery and the commit below
  // conflicts, or the version is missing and nothing else can end the delivery.
  if (hidden === undefined) {
    return keep(services, leased, outcome, { state: "failed", discarded: true });
  }
  if (state !== "delivered") return discard(services, { leased, outcome, hidden }, state);
  const revealed = await revealObject(services, hidden, (version) =>
    roundWrites(leased, outcome, { state, version: placeOf(version) }),
  );
  if (revealed === "changed") return lost;
  if (revealed === "overtaken") {
    return discard(services, { leased, outcome, hidden }, "superseded");
  }
  return { state, revealed: placeOf(revealed) };
}

interface HiddenRound {
  readonly leased: Leased;
  readonly outcome: DeliveryOutcome;
  readonly hidden: FoundHidden;
}

async function discard(
  services: ChangingServices,
  { leased, outcome, hidden }: HiddenRound,
  state: "failed" | "dead" | "superseded",
): Promise<Settlement> {
  const writes = roundWrites(leased, outcome, { state, discarded: true });
  return (await discardHidden(services, hidden, writes)) ? { state } : lost;
}

async function removeFailed(
  services: ChangingServices,
  leased: Leased,
  outcome: DeliveryOutcome,
  state: "failed" | "dead",
): Promise<Settlement> {
  const { record } = leased.delivery;
  const change = { state, discarded: true } as const;
  const { bucket, head } = await lookUp(services, record.bucket, record.key);
  const isSame = bucket !== undefined && bucket.record.id === record.bucketId;
  if (!isSame || record.version === undefined) return keep(services, leased, outcome, change);
  const target = { bucket, key: record.key, head, written: record.version };
  const removed = await removeWritten(services, target, roundWrites(leased, outcome, change));
  if (removed === "changed") return lost;
  if (removed === "removed") return { state };
  if (removed === "protected") {
    return { ...(await keep(services, leased, outcome, { state })), isKept: true };
  }
  return keep(services, leased, outcome, change); // it was removed or overwritten before
}

/** The fields of a version that a delivery's record keeps. */
export function placeOf({ id, order, versioned }: DeliveredVersion): DeliveredVersion {
  return { id, order, ...(versioned === true ? { versioned } : {}) };
}
