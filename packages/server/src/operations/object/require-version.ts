// The version that a request means must be there, and must not be a delete marker.
import { OssError } from "@ossicle/protocol";
import type { Bucket } from "../../objects/buckets/look-up.ts";
import type { Head } from "../../objects/records/head.ts";
import type { RequestMessage } from "../../http/message.ts";
import type { ObjectRecord } from "../../objects/records/records.ts";
import { nullVersionId, parseVersionId, versionIdOf } from "../../objects/records/version-id.ts";
import { isHidden } from "../../objects/versions/hide-object.ts";

/** What was found for a request. */
export interface Found {
  readonly message: Pick<RequestMessage, "method">;
  readonly bucket: Bucket;
  /** The version that the request means. */
  readonly version: Head | undefined;
}

/** What the request asked for. */
export interface Wanted {
  readonly key: string;
  readonly versionId?: string | undefined;
}

/**
 * Returns the version. Throws NoSuchKey, NoSuchVersion, or MethodNotAllowed for a delete marker
 * that was named.
 */
export function requireVersion(
  { message, bucket, version }: Found,
  { key, versionId }: Wanted,
): Head {
  if (version === undefined) {
    if (versionId === undefined) throw new OssError("NoSuchKey", { Key: key });
    checkVersionId(versionId);
    throw new OssError("NoSuchVersion", { Key: key, VersionId: versionId });
  }
  if (version.record.deleteMarker !== true) return version;
  const headers = {
    "x-oss-delete-marker": "true",
    "x-oss-version-id": versionIdOf(version.record),
  };
  if (versionId === undefined) {
    const shown = bucket.gate.versioning === undefined ? {} : headers;
    throw new OssError("NoSuchKey", { Key: key }, { headers: shown });
  }
  throw new OssError(
    "MethodNotAllowed",
    { Method: message.method, ResourceType: "DeleteMarker" },
    { headers: { ...headers, Allow: "DELETE" } },
  );
}

/** Throws InvalidArgument for an empty version id, and for one that is none of this store's. */
export function checkVersionId(versionId: string): void {
  if (versionId === nullVersionId || parseVersionId(versionId) !== undefined) return;
  throw new OssError(
    "InvalidArgument",
    { ArgumentName: "versionId", ArgumentValue: versionId },
    {
      message:
        versionId === ""
          ? "Version id can not be the empty string."
          : "Invalid version id specified.",
    },
  );
}

/**
 * The version id as answers carry it: only in buckets that have ever been versioned, and none while
 * the version is hidden.
 */
export function shownVersionId(
  bucket: Bucket,
  record: ObjectRecord,
): { readonly versionId?: string } {
  const hasId = bucket.gate.versioning !== undefined && !isHidden(record);
  return hasId ? { versionId: versionIdOf(record) } : {};
}

/** When a record's version was written; HTTP and XML both carry whole seconds. */
export function lastModified(record: Pick<ObjectRecord, "modifiedMs">): Date {
  return new Date(record.modifiedMs);
}
