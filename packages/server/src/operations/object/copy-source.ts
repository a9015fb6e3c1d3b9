// Finds the source of a copy: parses the header, reads the source, and checks the conditions. The
// copy's own commit checks the source again.
import {
  binaryToUtf8,
  checkConditions,
  type CopySourceInput,
  decodeKey,
  OssError,
  parseQuery,
  percentDecode,
  queryValue,
} from "@ossicle/protocol";
import { BlobMissingError, type Check } from "@ossicle/store";
import { SourceChangedError } from "../../objects/versions/change-key.ts";
import { maxCommitTries, pauseBeforeTry } from "../../objects/records/commit.ts";
import { findVersion, type FoundVersion } from "../../objects/versions/find-version.ts";
import type { Bucket } from "../../objects/buckets/bucket.ts";
import type { Head } from "../../objects/records/head.ts";
import { authorize } from "../../access/authorize.ts";
import type { BucketContext } from "../handler.ts";
import { requireReadableBytes } from "./readable-bytes.ts";
import { lastModified, requireVersion } from "./require-version.ts";
import { gateRecords, headRecords, versionRecords } from "../../objects/records/key-space.ts";
import { versionPlace } from "../../objects/records/version-id.ts";

/** Where a copy comes from. */
export interface CopySource {
  readonly bucket: Bucket;
  readonly key: string;
  readonly head: Head | undefined;
  /** The version that is copied. */
  readonly version: Head;
  /**
   * Checks for the copy's commit: a reference to a blob may be added only while the record that
   * named the blob is unchanged.
   */
  readonly learntFrom: readonly Check[];
}

/** Copies from a source. Starts over when the source changes during the copy. */
export async function copyFrom<T>(
  context: BucketContext,
  input: CopySourceInput & { readonly keepsTags?: boolean },
  copy: (source: CopySource) => Promise<T>,
): Promise<T> {
  const name = parseCopySource(input.copySource);
  const { keepsTags = false } = input;
  let failure: unknown;
  for (let tries = 0; tries < maxCommitTries; tries += 1) {
    const source = await readSource(context, name, keepsTags);
    const { record } = source.version;
    checkConditions(
      {
        ifMatch: input.copySourceIfMatch,
        ifNoneMatch: input.copySourceIfNoneMatch,
        ifModifiedSince: input.copySourceIfModifiedSince,
        ifUnmodifiedSince: input.copySourceIfUnmodifiedSince,
      },
      { etag: record.etag, lastModified: lastModified(record) },
    );
    try {
      return await copy(source);
    } catch (cause) {
      // A missing blob means that the source was replaced, and its old blob was swept.
      if (!(cause instanceof SourceChangedError || cause instanceof BlobMissingError)) throw cause;
      failure = cause;
      await pauseBeforeTry(tries);
    }
  }
  const message = "The source object keeps changing. Please try again.";
  throw new OssError("ServiceUnavailable", {}, { message, cause: failure });
}

interface SourceName {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string | undefined;
}

// `/bucket/key` or `bucket/key`, percent-encoded; only `?versionId=` ends the key, since SDKs
// encode a `?` inside it.
function parseCopySource(header: string): SourceName {
  const mark = header.indexOf("?versionId=");
  const encoded = mark < 0 ? header : header.slice(0, mark);
  // A plus sign means a space: the Go and Ruby SDKs encode the name as a query value
  // (aliyun-oss-ruby-sdk issue 98).
  const path = percentDecode(encoded.replaceAll("+", "%20")).replace(/^\//, "");
  const slash = path.indexOf("/");
  const bucket = binaryToUtf8(path.slice(0, Math.max(slash, 0))) ?? "";
  if (bucket === "" || slash === path.length - 1) {
    throw new OssError(
      "InvalidArgument",
      { ArgumentName: "x-oss-copy-source", ArgumentValue: header },
      { message: "Copy Source must mention the source bucket and key: /sourcebucket/sourcekey." },
    );
  }
  const versionId =
    mark < 0 ? undefined : queryValue(parseQuery(header.slice(mark + 1)), "versionId");
  return { bucket, key: decodeKey(path.slice(slash + 1)), versionId };
}

// A copy takes the tags along, and tags may decide about access (CopyObject documentation,
// permissions).
function authorizeTags(
  { identity, found: target, bucket }: BucketContext,
  { name, found }: { readonly name: SourceName; readonly found: FoundVersion },
): void {
  const reading = name.versionId === undefined ? "GetObjectTagging" : "GetObjectVersionTagging";
  authorize(identity, { operation: "getObject", ...name }, { found, implied: [reading] });
  const copy = { operation: "copyObject", bucket: bucket.name } as const;
  authorize(identity, copy, { found: target, implied: ["PutObjectTagging"] });
}

async function readSource(
  context: BucketContext,
  name: SourceName,
  keepsTags: boolean,
): Promise<CopySource> {
  const { services, identity, message } = context;
  const found = await findVersion(services, name);
  authorize(identity, { operation: "getObject", ...name }, { found });
  if (keepsTags && (found.version?.record.tags ?? []).length > 0) {
    authorizeTags(context, { name, found });
  }
  const { bucket, head } = found;
  if (bucket === undefined) throw new OssError("NoSuchBucket", { BucketName: name.bucket });
  refuseMarker(name, found.version);
  const version = requireVersion({ message, bucket, version: found.version }, name);
  requireReadableBytes(context, { version, key: name.key });
  const { order, id } = version.record;
  const at =
    version.version === head?.version
      ? headRecords.key(bucket.id, name.key)
      : versionRecords.key(bucket.id, name.key, versionPlace(order, id));
  const learntFrom = [
    { key: at, version: version.version },
    { key: gateRecords.key(bucket.id), version: bucket.gateVersion },
  ];
  return { bucket, key: name.key, head, version, learntFrom };
}

// A delete marker that is named by its version id gets 400 here, not 405 (API reference,
// CopyObject).
function refuseMarker({ versionId }: SourceName, version: Head | undefined): void {
  if (versionId === undefined || version?.record.deleteMarker !== true) return;
  throw new OssError(
    "InvalidArgument",
    { ArgumentName: "x-oss-copy-source", ArgumentValue: versionId },
    { message: "The source of a copy request may not specifically refer to a delete marker." },
  );
}
