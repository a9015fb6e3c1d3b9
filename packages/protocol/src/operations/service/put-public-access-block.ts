// PutPublicAccessBlock: blocks public access to every bucket of the account.
import { flag } from "../../codec.ts";
import { element, type Nothing, type ServiceOperation } from "../../operation.ts";
import { leaf } from "../../xml/codec.ts";

/** What PutPublicAccessBlock takes. */
export interface PutPublicAccessBlockInput {
  /** While this is true, public ACLs and policies give no access to any bucket. */
  readonly blockPublicAccess?: boolean;
}

/** Turns the block of public access for all buckets on or off. */
export const putPublicAccessBlock: ServiceOperation<PutPublicAccessBlockInput, Nothing> = {
  name: "PutPublicAccessBlock",
  method: "PUT",
  level: "service",
  selectors: ["publicAccessBlock"],
  access: "owner",
  action: "PutPublicAccessBlock",
  idempotent: true,
  reads: "nothing",
  inputRoot: "PublicAccessBlockConfiguration",
  input: { blockPublicAccess: element("BlockPublicAccess", leaf(flag)) },
  output: {},
};
