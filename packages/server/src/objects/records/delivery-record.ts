// What the record of a delivery holds.
import type { CallbackBodyType } from "@ossicle/protocol";
import type { RecordedPolicy } from "../../configuration/delivery-policy.ts";
import type { ObjectRecord } from "./records.ts";

/**
 * `due` until there is an outcome; with one it is never sent again, but for a replay. `dead` is
 * failed after every round of its policy; `superseded` was confirmed too late: another object stood
 * there, and must not be overwritten.
 */
export type DeliveryState = "due" | "delivered" | "failed" | "dead" | "superseded";

/** Every state, in the order of their lives. */
export const deliveryStates: readonly DeliveryState[] = [
  "due",
  "delivered",
  "failed",
  "dead",
  "superseded",
];

/** The version of an object, as a delivery remembers it. */
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
  /** Of the upload's span, when it was traced. */
  readonly traceparent?: string;
  /** What is not as in OSS. */
  readonly policy?: RecordedPolicy;
  /** Rounds that are over; absent before the first is. */
  readonly rounds?: number;
  /**
   * Due for another round, because an operator asked for a replay, or once more for a round that a
   * stop cut off; no process has taken it since.
   */
  readonly waiting?: "retry" | "replay" | "round";
  /** When the next round begins, while it waits for one. */
  readonly nextMs?: number;
  /** The object went, as the policy says: there is nothing left to replay. */
  readonly discarded?: true;
}

/**
 * Milliseconds from the beginning of an attempt until each stage; one that was not reached, or that
 * a kept connection spared, is absent.
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
