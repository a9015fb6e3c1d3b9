// PutBucketDeliveryPolicy: sets what happens to a bucket's callbacks beyond OSS. It is an extension
// of Ossicle; OSS has no such document. Without the document, OSS's rules and the server's own
// settings apply.
import { type Codec, flag, integer, oneOf, text } from "../../codec.ts";
import {
  type Binding,
  type Bindings,
  bucketName,
  element,
  elements,
  type Nothing,
  type Operation,
} from "../../operation.ts";
import { leaf, one, shape } from "../../xml/codec.ts";

/** The query parameter that selects the document. */
export const deliveryPolicySelector = "x-ossicle-delivery-policy";

/**
 * What becomes of an object whose callback fails. `keep`: it stays, as in OSS. `hide`: it is not
 * visible until the application has confirmed it. `delete`: it is removed again.
 */
export type OnFailure = "keep" | "hide" | "delete";

/** How a failed callback is retried. For an absent member, the server's setting applies. */
export interface DeliveryRetry {
  /** Most rounds, the first included, from 1 to 1,000; 1 means no retry. */
  readonly maxAttempts?: number;
  /**
   * Pause before the second round, in seconds, from 1 to 86,400. It doubles after each round. A
   * random factor shortens each pause to between half and all of it.
   */
  readonly firstDelaySeconds?: number;
  /** Longest pause, in seconds, 1 to 604,800. */
  readonly maxDelaySeconds?: number;
  /** Age of the upload at which no further round begins, in seconds, 1 to 2,592,000 (30 days). */
  readonly maxAgeSeconds?: number;
  /** Time for one URL of a repeated round, in seconds, 1 to 60; the first round has OSS's five. */
  readonly timeoutSeconds?: number;
}

/**
 * An operation for which OSS sends no callback. Ossicle sends one where the bucket's delivery
 * policy names the operation.
 */
export type ExtendedOperation = "AppendObject" | "CopyObject";

/** A callback for uploads that request none. The first rule that matches the key applies. */
export interface DefaultCallbackRule {
  readonly id?: string;
  /** Prefix of the keys; all keys match when absent. */
  readonly prefix?: string;
  /** Suffix of the keys; all keys match when absent. */
  readonly suffix?: string;
  /** Base64 JSON, as in `x-oss-callback`. */
  readonly callback: string;
  /** Base64 JSON, as in `x-oss-callback-var`. */
  readonly callbackVar?: string;
}

/** A bucket's delivery policy. */
export interface DeliveryPolicyConfiguration {
  readonly onFailure?: OnFailure;
  readonly retry?: DeliveryRetry;
  /** Whether callbacks carry the headers of Standard Webhooks beside OSS's own. */
  readonly webhookSignature?: boolean;
  /**
   * Secrets of the symmetric signature (`v1`): `whsec_` and Base64 of 24 to 64 bytes. At most two,
   * for the time of a rotation.
   */
  readonly webhookSecrets: readonly string[];
  readonly extendedOperations: readonly ExtendedOperation[];
  readonly defaultCallbacks: readonly DefaultCallbackRule[];
}

const onFailure: Codec<OnFailure> = oneOf("keep", "hide", "delete");
const extendedOperation: Codec<ExtendedOperation> = oneOf("AppendObject", "CopyObject");

/** The place of each field in the document. */
export const deliveryPolicyFields: Bindings<DeliveryPolicyConfiguration> = {
  onFailure: element("OnFailure", leaf(onFailure)),
  retry: element(
    "Retry",
    shape<DeliveryRetry>({
      maxAttempts: one("MaxAttempts", leaf(integer())),
      firstDelaySeconds: one("FirstDelaySeconds", leaf(integer())),
      maxDelaySeconds: one("MaxDelaySeconds", leaf(integer())),
      maxAgeSeconds: one("MaxAgeSeconds", leaf(integer())),
      timeoutSeconds: one("TimeoutSeconds", leaf(integer())),
    }),
  ),
  webhookSignature: element("WebhookSignature", leaf(flag)),
  webhookSecrets: elements("WebhookSecret", leaf(text)),
  extendedOperations: elements("ExtendedOperation", leaf(extendedOperation)),
  defaultCallbacks: elements(
    "DefaultCallback",
    shape<DefaultCallbackRule>({
      id: one("ID", leaf(text)),
      prefix: one("Prefix", leaf(text)),
      suffix: one("Suffix", leaf(text)),
      callback: one("Callback", leaf(text)),
      callbackVar: one("CallbackVar", leaf(text)),
    }),
  ) satisfies Binding<readonly DefaultCallbackRule[]>,
};

/** What PutBucketDeliveryPolicy takes. An absent list counts as empty. */
export interface PutBucketDeliveryPolicyInput extends Partial<DeliveryPolicyConfiguration> {
  readonly bucket: string;
}

/** Sets a bucket's delivery policy. */
export const putBucketDeliveryPolicy: Operation<PutBucketDeliveryPolicyInput, Nothing> = {
  name: "PutBucketDeliveryPolicy",
  method: "PUT",
  level: "bucket",
  selectors: [deliveryPolicySelector],
  access: "owner",
  action: "PutBucketDeliveryPolicy",
  idempotent: true,
  reads: "nothing",
  inputRoot: "DeliveryPolicy",
  inputClosed: true,
  input: { bucket: bucketName(), ...deliveryPolicyFields },
  output: {},
};
