// SealAppendObject: marks an appendable object as complete. Sealing it again changes nothing.
import { OssError } from "@ossicle/protocol";
import { wrongPosition } from "../../objects/versions/append-object.ts";
import { updateVersion } from "../../objects/versions/update-version.ts";
import type { Handler } from "../handler.ts";
import { requireVersion } from "./require-version.ts";

/** Seals an appendable object. */
export const sealAppendObject: Handler<"sealAppendObject"> = async (context, input) => {
  const { services, bucket, head } = context;
  const { key, position } = input;
  requireVersion(context, input);
  if (position === undefined) throw new OssError("MissingArgument");
  const target = { bucket, key, head, versionId: undefined };
  const changed = await updateVersion(services, target, (old) => {
    if (old.type !== "Appendable") {
      throw new OssError(
        "OperationNotSupported",
        { ResourceType: old.type },
        { ec: "0016-00000513" },
      );
    }
    if (old.size !== position) throw wrongPosition(old.size);
    return { record: { ...old, sealedMs: old.sealedMs ?? services.clock() } };
  });
  if (changed === undefined) throw new OssError("NoSuchKey", { Key: key });
  return { output: { sealedTime: new Date(changed.record.sealedMs ?? 0) } };
};
