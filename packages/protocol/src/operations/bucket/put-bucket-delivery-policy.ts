// PutBucketDeliveryPolicy: what happens to a bucket's callbacks beyond what OSS does. An extension
// of Ossicle, OSS has nothing like it; a bucket without the document behaves exactly as OSS does,
// but for what the server's own settings say.
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

/** How a failed callback is repeated. What is absent is as the server is configured. */
export interface DeliveryRetry {
  /** Rounds in all, the first included; 1 is never to repeat. 1 to 1,000. */
  readonly maxAttempts?: number;
  /**
   * Pause before the second round, in seconds; it doubles from round to round, and each is
   * shortened by chance to between half and all of it. 1 to 86,400.
   */
  readonly firstDelaySeconds?: number;
  /** Longest pause, in seconds, 1 to 604,800. */
  readonly maxDelaySeconds?: number;
  /** Age of the upload at which no further round begins, in seconds, 1 to 2,592,000 (30 days). */
  readonly maxAgeSeconds?: number;
  /** Time for one URL of a repeated round, in seconds, 1 to 60; the first round has OSS's five. */
  readonly timeoutSeconds?: number;
}

/** An operation that calls back only where a bucket says so: OSS does not. */
export type ExtendedOperation = "AppendObject" | "CopyObject";

/** A callback for uploads that ask for none. The first rule that fits a key counts. */
export interface DefaultCallbackRule {
  readonly id?: string;
  /** Keys that begin so; all when absent. */
  readonly prefix?: string;
  /** Keys that end so; all when absent. */
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
   * Secrets for their symmetric signature (`v1`), `whsec_` and Base64 of 24 to 64 bytes. Two while
   * one takes over from the other.
   */
  readonly webhookSecrets: readonly string[];
  readonly extendedOperations: readonly ExtendedOperation[];
  readonly defaultCallbacks: readonly DefaultCallbackRule[];
}

const onFailure: Codec<OnFailure> = oneOf("keep", "hide", "delete");
const extendedOperation: Codec<ExtendedOperation> = oneOf("AppendObject", "CopyObject");

/** Where the document's fields stand in it. */
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

/** What PutBucketDeliveryPolicy takes. A list that is absent is empty. */
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
