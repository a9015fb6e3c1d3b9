// DeleteObject: removes the current version; a missing key is no error.
import { removeObject } from "../../objects/write-object.ts";
import type { Handler } from "../handler.ts";
import { checkVersionId } from "./current-version.ts";

/** Removes an object. */
export const deleteObject: Handler<"deleteObject"> = async ({ services, bucket, head }, input) => {
  checkVersionId(input.key, input.versionId);
  await removeObject(services, { bucket, key: input.key, head });
  return { output: {} };
};
