// GetPublicAccessBlock: returns the stored block.
import { readPublicAccessBlock } from "../../objects/buckets/public-access-block.ts";
import { callerOf } from "../caller-of.ts";
import type { Handler } from "../handler.ts";

/** Reads the block of public access for all buckets. */
export const getPublicAccessBlock: Handler<"getPublicAccessBlock"> = async ({
  services,
  identity,
}) => ({
  output: { blockPublicAccess: await readPublicAccessBlock(services, callerOf(identity).id) },
});
