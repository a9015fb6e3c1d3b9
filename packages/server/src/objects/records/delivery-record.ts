// What the record of a delivery holds.
import type { CallbackBodyType } from "@ossicle/protocol";
import type { RecordedPolicy } from "../../configuration/delivery-policy.ts";
import type { ObjectRecord } from "./records.ts";

/**
 * The state of a delivery. `due` means that there is no outcome yet. A delivery with an outcome is
 * not sent again, except for a replay. `dead` means that every round of its policy failed.
 * `superseded` means that the application confirmed the delivery, but another object had taken the
 * key and must not be overwritten.
 */
export type DeliveryState = "due" | "delivered" | "failed" | "dead" | "superseded";

/** Every state, in the order of display. */
export const deliveryStates: readonly DeliveryState[] = [
  "due",
  "delivered",
  "failed",
  "dead",
  "superseded",
];

/** The version of an object, as a delivery records it. */
export type DeliveredVersion = Pick<ObjectRecord, "id" | "order" | "versioned">;

/** A delivery's record. Its rendered body is the record's payload. */
export interface DeliveryRecord {
  readonly state: DeliveryState;
  readonly createdMs: number;
  readonly bucket: string;
  /** The bucket's id, hex. */
  readonly bucketId: string;
  readonly key: string;
  /** The version that was uploaded; absent while it is hidden. */
  readonly version?: DeliveredVersion;
  readonly operation: string;
  /** Account id of the uploader; absent for an anonymous one. */
  readonly requester?: string;
  /** Account id of the bucket's owner. */
  readonly owner: string;
  /** Tried in order until the first success. */
  readonly urls: readonly string[];
  readonly host?: string;
  readonly sni: boolean;
  readonly bodyType: CallbackBodyType;
  readonly additionalHeaders: Readonly<Record<string, string>>;
  /** Length of the rendered body. */
  readonly bodyBytes: number;
  readonly attempts: readonly AttemptRecord[];
  /** The trace context of the upload's span, when the upload was traced. */
  readonly traceparent?: string;
  /** The parts of the delivery policy that differ from OSS; absent in exact mode. */
  readonly policy?: RecordedPolicy;
  /** Number of completed rounds; absent before the first round has ended. */
  readonly rounds?: number;
  /**
   * Why the delivery waits for a round: `retry` after a failed round, `replay` at an operator's
   * request, `round` after a stop that cut a round off. Absent once a process has taken the
   * delivery.
   */
  readonly waiting?: "retry" | "replay" | "round";
  /**
   * When the next round begins, in milliseconds since 1970; absent unless the delivery waits for a
   * retry.
   */
  readonly nextMs?: number;
  /** The object was removed under the delivery policy, so the delivery cannot be replayed. */
  readonly discarded?: true;
}

/**
 * Milliseconds from the beginning of an attempt to the end of each stage. A stage is absent when
 * the attempt did not reach it, or skipped it because it reused a connection.
 */
export interface AttemptStages {
  readonly resolvedMs?: number;
  readonly connectedMs?: number;
  readonly securedMs?: number;
  /** The answer's head has come. */
  readonly answeredMs?: number;
}

/** What the application answered, as much as is kept of it. */
export interface ReplyRecord {
  /** Names and values in turn. */
  readonly headers: readonly string[];
  /** The beginning of the body, as text. */
  readonly body: string;
}

/** One try of one URL. */
export interface AttemptRecord {
  readonly atMs: number;
  readonly url: string;
  readonly tookMs: number;
  readonly stages?: AttemptStages;
  readonly reply?: ReplyRecord;
  /** HTTP status of the answer, when there was one. */
  readonly status?: number;
  /** What went wrong, in OSS's words; absent when it went well. */
  readonly error?: string;
  /** What went wrong, in words a person can act on. */
  readonly reason?: string;
}
