// PutPublicAccessBlock: stores the block among the server's own records.
import { writePublicAccessBlock } from "../../objects/buckets/public-access-block.ts";
import type { Handler } from "../handler.ts";

/** Sets the block of public access for all buckets. */
export const putPublicAccessBlock: Handler<"putPublicAccessBlock"> = async (
  { services },
  { blockPublicAccess = false },
) => {
  await writePublicAccessBlock(services, blockPublicAccess);
  return { output: {} };
};
