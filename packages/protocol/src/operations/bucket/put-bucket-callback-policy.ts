// PutBucketCallbackPolicy: stores callbacks under names, so that an upload names one instead of
// carrying it.
import { text } from "../../codec.ts";
import {
  type Binding,
  bucketName,
  elements,
  type Nothing,
  type Operation,
} from "../../operation.ts";
import { leaf, one, shape } from "../../xml/codec.ts";

/** A stored callback. */
export interface CallbackPolicyItem {
  readonly policyName: string;
  /** Base64 JSON, as in `x-oss-callback`. */
  readonly callback: string;
  /** Base64 JSON, as in `x-oss-callback-var`. */
  readonly callbackVar?: string;
}

/** A bucket's stored callbacks. */
export interface CallbackPolicyConfiguration {
  readonly items: readonly CallbackPolicyItem[];
}

export const callbackPolicyItems: Binding<readonly CallbackPolicyItem[]> = elements(
  "PolicyItem",
  shape<CallbackPolicyItem>({
    policyName: one("PolicyName", leaf(text)),
    callback: one("Callback", leaf(text)),
    callbackVar: one("CallbackVar", leaf(text)),
  }),
);

/** What PutBucketCallbackPolicy takes. */
export interface PutBucketCallbackPolicyInput extends CallbackPolicyConfiguration {
  readonly bucket: string;
}

/** Stores a bucket's callbacks. */
export const putBucketCallbackPolicy: Operation<PutBucketCallbackPolicyInput, Nothing> = {
  name: "PutBucketCallbackPolicy",
  method: "PUT",
  level: "bucket",
  selectors: ["policy", "comp=callback"],
  access: "owner",
  action: "PutBucketCallbackPolicy",
  idempotent: true,
  reads: "nothing",
  inputRoot: "BucketCallbackPolicy",
  input: { bucket: bucketName(), items: callbackPolicyItems },
  output: {},
};
