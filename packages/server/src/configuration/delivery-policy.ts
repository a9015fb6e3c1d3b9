// Delivery policies: what happens to callbacks beyond OSS. A bucket's policy overrides the server's
// settings. Without either, everything is as in OSS.
import type { DeliveryPolicyConfiguration, OnFailure } from "@ossicle/protocol";

/** How failed callbacks are repeated. */
export interface RetryPolicy {
  /** Rounds in all, including the first; 1 means no retry. */
  readonly maxAttempts: number;
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
  /** Age of the upload at which no further round begins. */
  readonly maxAgeMs: number;
  /** Time for one URL of a repeated round. */
  readonly timeoutMs: number;
}

/** What happens to a bucket's callbacks. */
export interface DeliveryPolicy {
  readonly onFailure: OnFailure;
  readonly retry: RetryPolicy;
  /** Whether callbacks carry the headers of Standard Webhooks. */
  readonly webhookSignature: boolean;
}

/**
 * What is done about a delivery whose sender has died: it is sent again, or recorded as failed, for
 * applications that must never be called twice.
 */
export type AfterCrash = "resend" | "record-unknown";

/** The policy that a delivery began with, as its record keeps it. Values as in OSS are left out. */
export interface RecordedPolicy {
  readonly onFailure?: Exclude<OnFailure, "keep">;
  readonly retry?: RetryPolicy;
  readonly webhookSignature?: true;
}

/** The policy of exact mode: everything is as in OSS. */
export const exactPolicy: DeliveryPolicy = {
  onFailure: "keep",
  retry: {
    maxAttempts: 1,
    firstDelayMs: 5_000,
    maxDelayMs: 3_600_000,
    maxAgeMs: 86_400_000,
    timeoutMs: 5_000,
  },
  webhookSignature: false,
};

/** The policy that applies in a bucket: its own values, and the server's for the rest. */
export function policyOf(
  server: DeliveryPolicy,
  bucket: DeliveryPolicyConfiguration | undefined,
): DeliveryPolicy {
  if (bucket === undefined) return server;
  const { retry = {} } = bucket;
  const ms = (seconds: number | undefined): number | undefined => seconds && seconds * 1_000;
  return {
    onFailure: bucket.onFailure ?? server.onFailure,
    webhookSignature: bucket.webhookSignature ?? server.webhookSignature,
    retry: {
      maxAttempts: retry.maxAttempts ?? server.retry.maxAttempts,
      firstDelayMs: ms(retry.firstDelaySeconds) ?? server.retry.firstDelayMs,
      maxDelayMs: ms(retry.maxDelaySeconds) ?? server.retry.maxDelayMs,
      maxAgeMs: ms(retry.maxAgeSeconds) ?? server.retry.maxAgeMs,
      timeoutMs: ms(retry.timeoutSeconds) ?? server.retry.timeoutMs,
    },
  };
}

/** What a delivery's record keeps of a policy; undefined when everything is as in OSS. */
export function recordedPolicy(policy: DeliveryPolicy): RecordedPolicy | undefined {
  const { onFailure, retry, webhookSignature } = policy;
  const repeats = retry.maxAttempts > 1;
  if (onFailure === "keep" && !repeats && !webhookSignature) return undefined;
  return {
    ...(onFailure === "keep" ? {} : { onFailure }),
    ...(repeats ? { retry } : {}),
    ...(webhookSignature ? { webhookSignature } : {}),
  };
}

/** What decides whether a delivery is sent once more. */
export interface Round {
  readonly policy: RecordedPolicy | undefined;
  /** Rounds that are over, this one included. */
  readonly rounds: number;
  readonly createdMs: number;
  readonly nowMs: number;
  /** From 0 to 1. */
  readonly chance: number;
}

/** When the next round of a failed delivery begins; undefined when there is none. */
export function nextRoundMs({
  policy,
  rounds,
  createdMs,
  nowMs,
  chance,
}: Round): number | undefined {
  const retry = policy?.retry;
  if (retry === undefined || rounds >= retry.maxAttempts) return undefined;
  const pause = Math.min(retry.maxDelayMs, retry.firstDelayMs * 2 ** Math.min(rounds - 1, 40));
  const next = nowMs + Math.round(pause * (0.5 + chance / 2));
  return next - createdMs > retry.maxAgeMs ? undefined : next;
}
