// PutObjectRetention: replaces the retention in a version's record.
import { OssError } from "@ossicle/protocol";
import { changedRetention } from "../../objects/versions/retention.ts";
import { updateVersion } from "../../objects/versions/update-version.ts";
import type { Handler } from "../handler.ts";
import { refuseAppendable, requireObjectWorm, retentionOf } from "./object-retention.ts";
import { requireVersion, shownVersionId } from "./require-version.ts";

/** Retains a version. */
export const putObjectRetention: Handler<"putObjectRetention"> = async (context, input) => {
  requireVersion(context, input);
  const { services, bucket, head } = context;
  requireObjectWorm(bucket);
  const { key, versionId, bypassGovernanceRetention: mayBypass = false } = input;
  const nowMs = services.clock();
  const retention = retentionOf(input, nowMs);
  const changed = await updateVersion(services, { bucket, key, head, versionId }, (old) => {
    refuseAppendable(old);
    return {
      record: { ...old, retention: changedRetention(old, retention, { nowMs, mayBypass }) },
    };
  });
  if (changed === undefined) throw new OssError("NoSuchKey", { Key: key });
  return { output: shownVersionId(bucket, changed.record) };
};
