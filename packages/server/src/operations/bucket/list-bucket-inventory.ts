// ListBucketInventory: the token of a page is the last id of the page before (test of the Go SDK
// V1).
import { OssError } from "@ossicle/protocol";
import { inventoriesOf } from "../../objects/buckets/inventories-of.ts";
import type { Handler } from "../handler.ts";

/** Inventories of a page (ListBucketInventory documentation). */
const pageLength = 100;

/** Lists a bucket's inventories. */
export const listBucketInventory: Handler<"listBucketInventory"> = async (
  { services, bucket },
  { continuationToken: token },
) => {
  const after = await inventoriesOf(services, bucket, {
    after: token ?? "",
    limit: pageLength + 1,
  });
  if (after.length === 0 && token === undefined) {
    throw new OssError("NoSuchInventory", { InventoryId: "" });
  }
  const inventories = after.slice(0, pageLength).map(({ inventory }) => inventory);
  const isTruncated = after.length > pageLength;
  const last = inventories.at(-1)?.id;
  return {
    output: {
      inventories,
      isTruncated,
      ...(token === undefined ? {} : { continuationToken: token }),
      ...(isTruncated && last !== undefined ? { nextContinuationToken: last } : {}),
    },
  };
};
