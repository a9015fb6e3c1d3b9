// DeleteObject: removes an object. A missing key is no error.
import { flag, text } from "../../codec.ts";
import { bucketName, header, objectKey, type Operation, query } from "../../operation.ts";
import type { ObjectVersion } from "./object-headers.ts";

/** What DeleteObject takes. */
export interface DeleteObjectInput extends ObjectVersion {
  /**
   * Removes a version that is retained in GOVERNANCE mode. Needs `oss:BypassGovernanceRetention`.
   */
  readonly bypassGovernanceRetention?: boolean;
}

/** What DeleteObject answers. */
export interface DeleteObjectOutput {
  /** Only in buckets that have ever been versioned. */
  readonly versionId?: string;
  /** Whether a delete marker was made or removed. */
  readonly deleteMarker?: boolean;
}

/** Removes an object. */
export const deleteObject: Operation<DeleteObjectInput, DeleteObjectOutput> = {
  name: "DeleteObject",
  method: "DELETE",
  level: "object",
  modifiers: ["symlink"], // oss2 deletes a symlink with `?symlink`
  access: "write",
  action: "DeleteObject",
  versionedAction: true,
  implies: "object headers",
  idempotent: true,
  reads: "facts",
  status: 204,
  input: {
    bucket: bucketName(),
    key: objectKey(),
    versionId: query("versionId", text),
    bypassGovernanceRetention: header("x-oss-bypass-governance-retention", flag),
  },
  output: {
    versionId: header("x-oss-version-id", text),
    deleteMarker: header("x-oss-delete-marker", flag),
  },
};
