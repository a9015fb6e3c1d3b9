// CleanRestoredObject: ends the restored state of an archived object early.
import { OssError } from "@ossicle/protocol";
import { updateVersion } from "../../objects/versions/update-version.ts";
import type { Handler } from "../handler.ts";
import { isArchive, restoreState } from "./archived.ts";
import { requireVersion } from "./require-version.ts";

/** Ends the restored state. */
export const cleanRestoredObject: Handler<"cleanRestoredObject"> = async (context, input) => {
  requireVersion(context, input);
  const { services, bucket, head } = context;
  const { key, versionId } = input;
  const changed = await updateVersion(services, { bucket, key, head, versionId }, (old) => {
    if (!isArchive(old.storageClass)) {
      throw new OssError(
        "OperationNotSupported",
        { ResourceType: old.storageClass },
        { ec: "0016-00000702" },
      );
    }
    const state = restoreState(old, services.clock());
    if (state === "none") throw new OssError("ArchiveRestoreFileStale");
    if (state === "ongoing") throw new OssError("ArchiveRestoreNotFinished");
    return { record: { ...old, restore: undefined } };
  });
  if (changed === undefined) throw new OssError("NoSuchKey", { Key: key });
  return { output: {} };
};
