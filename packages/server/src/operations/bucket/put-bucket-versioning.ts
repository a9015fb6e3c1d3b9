// PutBucketVersioning: stores the status in the bucket's gate.
import { changeGate } from "../../objects/buckets/change-gate.ts";
import { invalidWorm } from "../../objects/buckets/worm-errors.ts";
import type { Handler } from "../handler.ts";

/** Sets a bucket's versioning. */
export const putBucketVersioning: Handler<"putBucketVersioning"> = async (
  { services, bucket },
  { status },
) => {
  await changeGate(services, bucket, (gate) => {
    const isRetained = gate.worm !== undefined || gate.objectWorm !== undefined;
    if (status === "Suspended" && isRetained) {
      const why = "The bucket retains its objects, so versioning cannot be suspended.";
      throw invalidWorm(why, "0012-00000006");
    }
    return { ...gate, versioning: status };
  });
  return { output: {} };
};
