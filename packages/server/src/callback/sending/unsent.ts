// Outcomes of deliveries that are not sent, or whose fate is unknown.
import type { OssError } from "@ossicle/protocol";
import { notSentError } from "./send.ts";
import type { DeliveryOutcome } from "../deliveries/delivery.ts";
import type { AttemptRecord, DeliveryRecord } from "../../objects/records/delivery-record.ts";

type FailedOutcome = Extract<DeliveryOutcome, { readonly kind: "failed" }>;

/** Why a delivery is not sent. */
export interface Unsent {
  readonly atMs: number;
  readonly reason: string;
  /** The error that the uploader gets. Default: {@link notSentError}. */
  readonly failure?: OssError;
}

/** The outcome of a delivery that is not sent. */
export function unsentOutcome(
  record: DeliveryRecord,
  { atMs, reason, failure: { message, ec } = notSentError() }: Unsent,
): FailedOutcome {
  const url = record.urls[0] ?? "";
  const attempt: AttemptRecord = { atMs, url, tookMs: 0, error: message, reason };
  return { kind: "failed", attempts: [attempt], message, ec };
}

/** The outcome of a delivery whose sender died, under `record-unknown`. */
export function unknownOutcome(): FailedOutcome {
  const message = "outcome unknown";
  // The delivery's record already has an attempt that says so (take-over.ts).
  return { kind: "failed", attempts: [], message, ec: undefined, isFinal: true, isUnknown: true };
}
