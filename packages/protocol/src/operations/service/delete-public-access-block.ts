// DeletePublicAccessBlock: each bucket decides about public access again.
import type { Nothing, ServiceOperation } from "../../operation.ts";

/** Removes the block of public access for all buckets. */
export const deletePublicAccessBlock: ServiceOperation<Nothing, Nothing> = {
  name: "DeletePublicAccessBlock",
  method: "DELETE",
  level: "service",
  selectors: ["publicAccessBlock"],
  access: "owner",
  action: "DeletePublicAccessBlock",
  idempotent: true,
  reads: "nothing",
  status: 204,
  input: {},
  output: {},
};
