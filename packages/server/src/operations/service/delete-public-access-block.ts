// DeletePublicAccessBlock: stores that nothing is blocked.
import { writePublicAccessBlock } from "../../objects/buckets/public-access-block.ts";
import { callerOf } from "../caller-of.ts";
import type { Handler } from "../handler.ts";

/** Removes the block of public access for all buckets. */
export const deletePublicAccessBlock: Handler<"deletePublicAccessBlock"> = async ({
  services,
  identity,
}) => {
  await writePublicAccessBlock(services, callerOf(identity).id, false);
  return { output: {} };
};
