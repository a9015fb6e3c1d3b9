// The version that a read means: the current one, or `null` by name in a bucket that was never versioned.
import { OssError } from "@ossicle/protocol";
import type { Head } from "../../objects/look-up.ts";
import type { ObjectRecord } from "../../objects/records.ts";

/** Returns the head. Throws NoSuchKey where there is none, NoSuchVersion for a version that cannot exist. */
export function requireHead(
  head: Head | undefined,
  { key, versionId }: { readonly key: string; readonly versionId?: string | undefined },
): Head {
  checkVersionId(key, versionId);
  if (head === undefined) throw new OssError("NoSuchKey", { Key: key });
  return head;
}

/** Throws InvalidArgument for an empty version id, and NoSuchVersion for any but `null`: versioning does not exist yet. */
export function checkVersionId(key: string, versionId: string | undefined): void {
  if (versionId === undefined || versionId === "null") return;
  if (versionId === "") {
    throw new OssError(
      "InvalidArgument",
      { ArgumentName: "versionId", ArgumentValue: "" },
      { message: "Version id can not be the empty string." },
    );
  }
  throw new OssError("NoSuchVersion", { Key: key, VersionId: versionId });
}

/** When a record's version was written; HTTP and XML both know whole seconds. */
export function lastModified(record: ObjectRecord): Date {
  return new Date(record.modifiedMs);
}
