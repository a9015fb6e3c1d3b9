// PutBucketDeliveryPolicy: checks every number and every rule's callback, encrypts the secrets, and
// stores the document.
import {
  callbackPolicyName,
  type DefaultCallbackRule,
  type DeliveryPolicyConfiguration,
  type DeliveryRetry,
  OssError,
  parseCallback,
} from "@ossicle/protocol";
import { isWebhookSecret, sealSecrets } from "../../callback/sending/webhook-secrets.ts";
import type { Handler } from "../handler.ts";
import { writeConfig } from "../../objects/buckets/bucket-config.ts";

/** Most rules of a bucket. The limit is ours: a rule may have 10 KB, and a record has 32 KiB. */
const maxRules = 20;

/** Most secrets of a bucket. The limit is ours: two secrets sign while one replaces the other. */
const maxSecrets = 2;

/**
 * Longest stored form of the document, in bytes. The bound is below the record's own, so that the
 * error says what is too long. The limit is ours.
 */
const maxBytes = 30_720;

/**
 * Largest values of a retry; the smallest is 1. The limits are ours: retries must end within the
 * 30 days that the ledger keeps a delivery by default.
 */
const retryLimits: Readonly<Record<keyof DeliveryRetry, number>> = {
  maxAttempts: 1_000,
  firstDelaySeconds: 86_400,
  maxDelaySeconds: 604_800,
  maxAgeSeconds: 2_592_000,
  timeoutSeconds: 60,
};

/** Sets a bucket's delivery policy. */
export const putBucketDeliveryPolicy: Handler<"putBucketDeliveryPolicy"> = async (
  { services, bucket },
  input,
) => {
  const { onFailure, webhookSignature, extendedOperations = [] } = input;
  const { retry = {}, defaultCallbacks = [], webhookSecrets = [] } = input;
  for (const [name, value] of Object.entries(retry) as [keyof DeliveryRetry, number][]) {
    const max = retryLimits[name];
    const element = `${name[0]?.toUpperCase()}${name.slice(1)}`;
    if (value < 1 || value > max) throw refuse(element, value, `between 1 and ${max}`);
  }
  if (webhookSecrets.length > maxSecrets || !webhookSecrets.every(isWebhookSecret)) {
    const rule = `given at most ${maxSecrets} times, each as whsec_ and Base64 of 24 to 64 bytes`;
    throw refuse("WebhookSecret", "(hidden)", rule);
  }
  if (defaultCallbacks.length > maxRules) {
    throw refuse("DefaultCallback", defaultCallbacks.length, `given at most ${maxRules} times`);
  }
  for (const rule of defaultCallbacks) checkRule(rule);
  const sealed = sealSecrets(services.accounts.box, bucket.record.id, webhookSecrets);
  const value: DeliveryPolicyConfiguration = {
    ...(onFailure === undefined ? {} : { onFailure }),
    ...(input.retry === undefined ? {} : { retry }),
    ...(webhookSignature === undefined ? {} : { webhookSignature }),
    webhookSecrets: sealed,
    extendedOperations,
    defaultCallbacks,
  };
  const bytes = Buffer.byteLength(JSON.stringify(value));
  if (bytes > maxBytes) throw refuse("DeliveryPolicy", bytes, `at most ${maxBytes} bytes long`);
  await writeConfig(services, bucket, { name: "delivery-policy", value });
  return { output: {} };
};

function checkRule({ callback, callbackVar = "" }: DefaultCallbackRule): void {
  if (callback === undefined) throw refuse("Callback", "", "present in every DefaultCallback");
  if (callbackPolicyName(callback) !== undefined) return; // looked up when an upload uses the rule
  const variables = callbackVar === "" ? undefined : callbackVar;
  if (parseCallback({ callback, callbackVar: variables }) !== undefined) return;
  throw refuse("Callback", callback, "a callback with a callbackUrl");
}

function refuse(name: string, value: string | number, rule: string): OssError<"InvalidArgument"> {
  return new OssError(
    "InvalidArgument",
    { ArgumentName: name, ArgumentValue: String(value) },
    { message: `${name} must be ${rule}.` },
  );
}
