// PutBucketRequestPayment: sets the payer of requests and traffic.
import { oneOf } from "../../codec.ts";
import {
  type Binding,
  bucketName,
  requiredElement,
  type Nothing,
  type Operation,
} from "../../operation.ts";
import { leaf } from "../../xml/codec.ts";

/** What the document says. */
export interface BucketRequestPaymentConfiguration {
  /** `Requester` refuses anonymous requests; nothing is charged here. */
  readonly payer: "BucketOwner" | "Requester";
}

export const bucketRequestPaymentElement: Binding<"BucketOwner" | "Requester"> = requiredElement(
  "Payer",
  leaf(oneOf("BucketOwner", "Requester")),
);

/** What PutBucketRequestPayment takes. */
export interface PutBucketRequestPaymentInput extends BucketRequestPaymentConfiguration {
  readonly bucket: string;
}

/** Sets the payer of requests and traffic. */
export const putBucketRequestPayment: Operation<PutBucketRequestPaymentInput, Nothing> = {
  name: "PutBucketRequestPayment",
  method: "PUT",
  level: "bucket",
  selectors: ["requestPayment"],
  access: "owner",
  action: "PutBucketRequestPayment",
  idempotent: true,
  reads: "nothing",
  inputRoot: "RequestPaymentConfiguration",
  input: { bucket: bucketName(), payer: bucketRequestPaymentElement },
  output: {},
};
