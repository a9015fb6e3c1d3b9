// PutPublicAccessBlock: stores the block among the server's own records.
import { writePublicAccessBlock } from "../../objects/buckets/public-access-block.ts";
import { callerOf } from "../caller-of.ts";
import type { Handler } from "../handler.ts";

/** Sets the block of public access for all buckets. */
export const putPublicAccessBlock: Handler<"putPublicAccessBlock"> = async (
  { services, identity },
  { blockPublicAccess = false },
) => {
  await writePublicAccessBlock(services, callerOf(identity).id, blockPublicAccess);
  return { output: {} };
};
