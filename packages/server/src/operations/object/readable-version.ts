// Finds the version whose bytes a read returns. For a symlink, this is the current version of its
// target.
import { OssError } from "@ossicle/protocol";
import { findVersion } from "../../objects/versions/find-version.ts";
import type { Head } from "../../objects/records/head.ts";
import { authorize } from "../../access/authorize.ts";
import type { BucketContext } from "../handler.ts";
import { requireVersion, type Wanted } from "./require-version.ts";
import type { ObjectRecord } from "../../objects/records/records.ts";

/** The version that a read names, and the version that has the bytes. */
export interface Readable {
  /** The version that the request names: a symlink, or the version with the bytes. */
  readonly named: ObjectRecord;
  /** The version with the bytes; `key` is its key. */
  readonly version: Head;
  readonly key: string;
  readonly versionId: string | undefined;
}

/**
 * Finds the version with the bytes. Throws what {@link requireVersion} throws,
 * SymlinkTargetNotExist and InvalidTargetType.
 */
export async function findReadable(context: BucketContext, wanted: Wanted): Promise<Readable> {
  const { key, versionId } = wanted;
  const version = requireVersion(context, wanted);
  if (version.record.symlinkTarget === undefined) {
    return { named: version.record, version, key, versionId };
  }
  const target = version.record.symlinkTarget;
  const { services, bucket, identity } = context;
  const found = await findVersion(services, { bucket: bucket.name, key: target });
  authorize(identity, { operation: "getObject", bucket: bucket.name, key: target }, { found });
  if (found.version === undefined || found.version.record.deleteMarker === true) {
    throw new OssError("SymlinkTargetNotExist");
  }
  if (found.version.record.symlinkTarget !== undefined) throw new OssError("InvalidTargetType");
  return { named: version.record, version: found.version, key: target, versionId: undefined };
}
