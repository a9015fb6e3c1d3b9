// PutBucketInventory: checks the document and stores it, with the job that makes the lists.
import { randomBytes } from "node:crypto";
import { OssError } from "@ossicle/protocol";
import { readConfig, writeConfig } from "../../objects/buckets/bucket-config.ts";
import { bucketJob } from "../../objects/records/bucket-job.ts";
import type { Handler } from "../handler.ts";
import { checkedInventory } from "./check-inventory.ts";

/** Adds an inventory. */
export const putBucketInventory: Handler<"putBucketInventory"> = async (
  context,
  { bucket: _bucket, inventoryId, ...given },
) => {
  const { services, bucket } = context;
  const inventory = await checkedInventory(context, inventoryId, given);
  const name = `inventory/${inventoryId}` as const;
  if ((await readConfig(services, bucket, name)) !== undefined) {
    throw new OssError("InventoryAlreadyExist", { InventoryId: inventoryId });
  }
  const token = randomBytes(8).toString("hex");
  const nowMs = services.clock();
  const puts = [bucketJob("inventory", { bucket: bucket.id, token }, { dueMs: nowMs, nowMs })];
  await writeConfig(services, bucket, { name, value: { inventory, token }, puts });
  return { output: {} };
};
