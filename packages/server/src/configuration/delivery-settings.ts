// Settings of the delivery ledger, and of what happens to callbacks beyond OSS. With the defaults
// everything is as in OSS. A bucket's delivery policy overrides them for that bucket.
import type { OnFailure } from "@ossicle/protocol";
import { type AfterCrash, type DeliveryPolicy, exactPolicy } from "./delivery-policy.ts";
import { integerBetween, oneWord, type Setting } from "./setting-values.ts";

/**
 * The part of a server's configuration that is about deliveries. OSS has none of these settings.
 */
export interface DeliveryConfiguration {
  readonly afterCrash: AfterCrash;
  /**
   * Whether an application's answer needs a Content-Length, as OSS has it, or may come in chunks.
   */
  readonly callbackAnswerLength: "required" | "optional";
  /** What becomes of an object whose callback fails. */
  readonly onFailure: OnFailure;
  /** Rounds of a callback in all; 1 means no retry. */
  readonly retryAttempts: number;
  /** Pause before the second round, in seconds; it doubles from round to round. */
  readonly retryDelay: number;
  /** Longest pause, in seconds. */
  readonly retryMaxDelay: number;
  /** Age of the upload at which no further round begins, in seconds. */
  readonly retryMaxAge: number;
  /** Time for one URL of a repeated round, in seconds. */
  readonly retryTimeout: number;
  readonly webhookSignatures: "on" | "off";
  /** Consecutive timeouts of an endpoint that open its circuit; 0 turns circuits off. */
  readonly circuitTimeouts: number;
  /** How long deliveries with an outcome are kept, in days. */
  readonly deliveryDays: number;
  /** How much of the ledger is kept, in MiB. */
  readonly deliverySpace: number;
}

const exact = exactPolicy.retry;

const seconds = (ms: number): string => String(ms / 1_000);

/** How each setting is read. */
export const deliverySettings: {
  readonly [K in keyof DeliveryConfiguration]: Setting<DeliveryConfiguration[K]>;
} = {
  afterCrash: {
    placeholder: "what",
    env: "OSSICLE_AFTER_CRASH",
    description: "callbacks that a dead process may have sent: resend, or record-unknown",
    fallback: "resend",
    read: oneWord("resend", "record-unknown"),
  },
  callbackAnswerLength: {
    placeholder: "what",
    env: "OSSICLE_CALLBACK_ANSWER_LENGTH",
    description: "Content-Length of an application's answer: required (as OSS), or optional",
    fallback: "required",
    read: oneWord("required", "optional"),
  },
  onFailure: {
    placeholder: "what",
    env: "OSSICLE_ON_FAILURE",
    description: "objects whose callback fails: keep (as OSS), hide until confirmed, or delete",
    fallback: exactPolicy.onFailure,
    read: oneWord("keep", "hide", "delete"),
  },
  retryAttempts: {
    placeholder: "number",
    env: "OSSICLE_RETRY_ATTEMPTS",
    description: "total number of rounds of a callback; 1 means no retry (as OSS)",
    fallback: String(exact.maxAttempts),
    read: (text) => integerBetween(text, 1, 1_000),
  },
  retryDelay: {
    placeholder: "seconds",
    env: "OSSICLE_RETRY_DELAY",
    description: "pause before the second round; it doubles from round to round",
    fallback: seconds(exact.firstDelayMs),
    read: (text) => integerBetween(text, 1, 86_400),
  },
  retryMaxDelay: {
    placeholder: "seconds",
    env: "OSSICLE_RETRY_MAX_DELAY",
    description: "longest pause between two rounds",
    fallback: seconds(exact.maxDelayMs),
    read: (text) => integerBetween(text, 1, 604_800),
  },
  retryMaxAge: {
    placeholder: "seconds",
    env: "OSSICLE_RETRY_MAX_AGE",
    description: "age of the upload at which no further round begins",
    fallback: seconds(exact.maxAgeMs),
    read: (text) => integerBetween(text, 1, 2_592_000),
  },
  retryTimeout: {
    placeholder: "seconds",
    env: "OSSICLE_RETRY_TIMEOUT",
    description: "time for one URL of a repeated round; the first has OSS's five seconds",
    fallback: seconds(exact.timeoutMs),
    read: (text) => integerBetween(text, 1, 60),
  },
  webhookSignatures: {
    placeholder: "use",
    env: "OSSICLE_WEBHOOK_SIGNATURES",
    description: "headers of Standard Webhooks on every callback: on or off",
    fallback: "off",
    read: oneWord("on", "off"),
  },
  circuitTimeouts: {
    placeholder: "number",
    env: "OSSICLE_CIRCUIT_TIMEOUTS",
    description:
      "consecutive timeouts after which an endpoint is not called for a while; 0 turns this off",
    fallback: "10",
    read: (text) => integerBetween(text, 0, 1_000_000),
  },
  deliveryDays: {
    placeholder: "days",
    env: "OSSICLE_DELIVERY_DAYS",
    description: "how long deliveries with an outcome are kept",
    fallback: "30",
    read: (text) => integerBetween(text, 0, 36_500),
  },
  deliverySpace: {
    placeholder: "MiB",
    env: "OSSICLE_DELIVERY_SPACE",
    description: "most space that deliveries take; the oldest with an outcome are removed first",
    fallback: "1024",
    read: (text) => integerBetween(text, 1, 1_000_000),
  },
};

/** The policy of buckets that have none of their own. */
export function serverPolicy(configuration: DeliveryConfiguration): DeliveryPolicy {
  return {
    onFailure: configuration.onFailure,
    webhookSignature: configuration.webhookSignatures === "on",
    retry: {
      maxAttempts: configuration.retryAttempts,
      firstDelayMs: configuration.retryDelay * 1_000,
      maxDelayMs: configuration.retryMaxDelay * 1_000,
      maxAgeMs: configuration.retryMaxAge * 1_000,
      timeoutMs: configuration.retryTimeout * 1_000,
    },
  };
}
