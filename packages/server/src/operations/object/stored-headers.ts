// The headers that are stored with an object, and the facts that reads return.
import { type ObjectFacts, type ObjectHeaders, objectHeaders, OssError } from "@ossicle/protocol";
import type { Bucket } from "../../objects/buckets/bucket.ts";
import { shownEncryption } from "../../objects/buckets/choose-encryption.ts";
import { isArchive, restoreHeader } from "./archived.ts";
import { shownRetention } from "./object-retention.ts";
import type { Readable } from "./readable-version.ts";
import { lastModified, shownVersionId } from "./require-version.ts";
import type { ObjectRecord } from "../../objects/records/records.ts";

/** Type of an object whose uploader named none (integration tests of C# v2 and oss2). */
export const defaultContentType = "application/octet-stream";

/** The part of a record that the uploader's headers set. */
export type StoredHeaders = Pick<ObjectRecord, "contentType" | "headers" | "metadata">;

/**
 * Longest form of all stored headers together, in bytes of their record: a record has 32 KiB. OSS
 * documents no limit.
 */
const maxStoredBytes = 24_576;

/** Converts an upload's headers. Throws InvalidArgument when they are too long together. */
export function storeHeaders(input: ObjectHeaders): StoredHeaders {
  const stored = gather(input);
  // A Content-Type alone is already bounded (`maxStoredHeaderBytes` in decode.ts).
  if (stored.headers === undefined && stored.metadata === undefined) return stored;
  if (Buffer.byteLength(JSON.stringify(stored)) > maxStoredBytes) {
    throw new OssError(
      "InvalidArgument",
      { ArgumentName: "x-oss-meta-*", ArgumentValue: "" },
      { message: `Headers and metadata together must not exceed ${maxStoredBytes} bytes.` },
    );
  }
  return stored;
}

function gather(input: ObjectHeaders): StoredHeaders {
  const headers: Record<string, string> = {};
  for (const field of kept) {
    const value = input[field];
    // Empty counts as absent (integration test of oss2).
    if (value !== undefined && value !== "") headers[field] = value;
  }
  return {
    contentType: input.contentType || defaultContentType,
    headers: Object.keys(headers).length === 0 ? undefined : headers,
    metadata: input.metadata,
  };
}

type KeptHeader = Exclude<keyof ObjectHeaders, "contentType" | "metadata">;

const kept: readonly KeptHeader[] = (Object.keys(objectHeaders) as (keyof ObjectHeaders)[]).filter(
  (field): field is KeptHeader => field !== "contentType" && field !== "metadata",
);

/** When a lifecycle rule moved an object into ColdArchive or DeepColdArchive. */
export function transitionOf({
  transitionedMs,
}: Pick<ObjectRecord, "transitionedMs">): Pick<ObjectFacts, "transitionTime"> {
  return transitionedMs === undefined ? {} : { transitionTime: new Date(transitionedMs) };
}

/** The facts that reads return. For a symlink, the facts of the bytes are its target's. */
export function objectFactsOf(
  { named, version }: Pick<Readable, "named" | "version">,
  { bucket, nowMs }: { readonly bucket: Bucket; readonly nowMs: number },
): ObjectFacts {
  const { record } = version;
  const restore = isArchive(record.storageClass) ? restoreHeader(record, nowMs) : undefined;
  return {
    ...record.headers,
    contentType: record.contentType,
    ...(named.metadata === undefined ? {} : { metadata: named.metadata }),
    contentLength: record.size,
    etag: record.etag,
    lastModified: named.modifiedMs > record.modifiedMs ? lastModified(named) : lastModified(record),
    ...(record.contentMd5 === undefined ? {} : { contentMd5: record.contentMd5 }),
    hashCrc64: record.crc64,
    objectType: named.type,
    storageClass: record.storageClass,
    ...shownVersionId(bucket, named),
    ...(record.type === "Appendable" ? { nextAppendPosition: record.size } : {}),
    ...(record.sealedMs === undefined ? {} : { sealedTime: new Date(record.sealedMs) }),
    ...transitionOf(record),
    ...(named.tags === undefined ? {} : { taggingCount: named.tags.length }),
    ...(restore === undefined ? {} : { restore }),
    ...shownEncryption(record.encryption),
    ...shownRetention(named),
    acceptRanges: "bytes",
  };
}
