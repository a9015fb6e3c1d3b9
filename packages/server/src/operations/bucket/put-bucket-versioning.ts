// PutBucketVersioning: stores the status in the bucket's gate. Every write checks the gate, so no
// write can miss a change.
import { OssError } from "@ossicle/protocol";
import { commitOnce, pauseBeforeTry } from "../../objects/records/commit.ts";
import type { Bucket } from "../../objects/buckets/bucket.ts";
import { invalidWorm } from "../../objects/buckets/change-worm.ts";
import { lookUp } from "../../objects/buckets/look-up.ts";
import type { Handler } from "../handler.ts";
import { gateRecords } from "../../objects/records/key-space.ts";
import type { GateRecord } from "../../objects/records/records.ts";

/** Most tries against other writers of the same bucket. */
const maxTries = 8;

/** Sets a bucket's versioning. */
export const putBucketVersioning: Handler<"putBucketVersioning"> = async (
  { services, bucket },
  input,
) => {
  const { status } = input;
  let current: Bucket | undefined = bucket;
  for (let tries = 0; tries < maxTries && current?.record.id === bucket.record.id; tries += 1) {
    if (tries > 0) await pauseBeforeTry(tries);
    if (status === "Suspended" && current.gate.worm !== undefined) {
      throw invalidWorm("The bucket has a retention policy.", "0012-00000006");
    }
    const gate: GateRecord = { ...current.gate, versioning: status };
    if (current.gate.state === "active") {
      const committed = await commitOnce(services.metadata, {
        checks: [{ key: gateRecords.key(current.id), version: current.gateVersion }],
        puts: [{ key: gateRecords.key(current.id), value: gateRecords.encode(gate) }],
        deletes: [],
      });
      if (committed.ok) return { output: {} };
    }
    current = (await lookUp(services, input.bucket)).bucket;
  }
  // Another bucket may have taken the name.
  if (current?.record.id !== bucket.record.id) {
    throw new OssError("NoSuchBucket", { BucketName: input.bucket });
  }
  throw new OssError("ServiceUnavailable");
};
