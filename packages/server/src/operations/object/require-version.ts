// Requires that the version of a request exists, and is not a delete marker.
import { OssError } from "@ossicle/protocol";
import type { Bucket } from "../../objects/buckets/bucket.ts";
import type { Head } from "../../objects/records/head.ts";
import type { RequestMessage } from "../../http/message.ts";
import type { ObjectRecord } from "../../objects/records/records.ts";
import { nullVersionId, parseVersionId, versionIdOf } from "../../objects/records/version-id.ts";
import { isHidden } from "../../objects/versions/hide-object.ts";

/** The records that were read for a request. */
export interface Found {
  readonly message: Pick<RequestMessage, "method">;
  readonly bucket: Bucket;
  /** The version that the request names; without a version id, the current one. */
  readonly version: Head | undefined;
}

/** What the request asked for. */
export interface Wanted {
  readonly key: string;
  readonly versionId?: string | undefined;
}

/**
 * Returns the version. Throws NoSuchKey, NoSuchVersion, InvalidArgument for a malformed version id,
 * or MethodNotAllowed for a delete marker that the request names.
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

/** Throws InvalidArgument for a version id that is empty or malformed. */
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
 * The version id for answers. It is absent in buckets that were never versioned, and while the
 * version is hidden.
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
