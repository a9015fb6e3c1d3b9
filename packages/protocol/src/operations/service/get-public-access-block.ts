// GetPublicAccessBlock: whether public access to every bucket of the account is blocked.
import { flag } from "../../codec.ts";
import { element, type Nothing, type ServiceOperation } from "../../operation.ts";
import { leaf } from "../../xml/codec.ts";

/** What GetPublicAccessBlock answers. */
export interface GetPublicAccessBlockOutput {
  readonly blockPublicAccess: boolean;
}

/** Reads whether public access to all buckets is blocked. */
export const getPublicAccessBlock: ServiceOperation<Nothing, GetPublicAccessBlockOutput> = {
  name: "GetPublicAccessBlock",
  method: "GET",
  level: "service",
  selectors: ["publicAccessBlock"],
  access: "owner",
  action: "GetPublicAccessBlock",
  idempotent: true,
  reads: "nothing",
  outputRoot: "PublicAccessBlockConfiguration",
  input: {},
  output: { blockPublicAccess: element("BlockPublicAccess", leaf(flag)) },
};
