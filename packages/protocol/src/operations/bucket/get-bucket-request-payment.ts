// GetBucketRequestPayment: reads the payer of requests and traffic.
import { bucketName, type Operation } from "../../operation.ts";
import {
  type BucketRequestPaymentConfiguration,
  bucketRequestPaymentElement,
} from "./put-bucket-request-payment.ts";

/** What GetBucketRequestPayment takes. */
export interface GetBucketRequestPaymentInput {
  readonly bucket: string;
}

/** What GetBucketRequestPayment answers. */
export type GetBucketRequestPaymentOutput = BucketRequestPaymentConfiguration;

/** Reads the payer of requests and traffic. */
export const getBucketRequestPayment: Operation<
  GetBucketRequestPaymentInput,
  GetBucketRequestPaymentOutput
> = {
  name: "GetBucketRequestPayment",
  method: "GET",
  level: "bucket",
  selectors: ["requestPayment"],
  access: "owner",
  action: "GetBucketRequestPayment",
  idempotent: true,
  reads: "nothing",
  outputRoot: "RequestPaymentConfiguration",
  input: { bucket: bucketName() },
  output: { payer: bucketRequestPaymentElement },
};
