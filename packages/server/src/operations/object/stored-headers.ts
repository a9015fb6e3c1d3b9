// Which headers are kept with an object, and how they go out again.
import { type ObjectFacts, type ObjectHeaders, objectHeaders, OssError } from "@ossicle/protocol";
import type { ObjectRecord } from "../../objects/records.ts";
import { lastModified } from "./current-version.ts";

/** Type of an object whose writer named none (integration tests of C# v2 and oss2). */
export const defaultContentType = "application/octet-stream";

/** The part of a record that the writer's headers decide. */
export type StoredHeaders = Pick<ObjectRecord, "contentType" | "headers" | "metadata">;

/** Longest form of all stored headers together, in bytes of their record: a record has 32 KiB. Ours. */
const maxStoredBytes = 24_576;

/** Keeps the writer's headers. Throws InvalidArgument when they are too long together. */
export function storeHeaders(input: ObjectHeaders): StoredHeaders {
  const stored = gather(input);
  if (stored.headers === undefined && stored.metadata === undefined) return stored; // its one header has a bound of its own
  if (Buffer.byteLength(JSON.stringify(stored)) > maxStoredBytes) {
    throw new OssError(
      "InvalidArgument",
      { ArgumentName: "x-oss-meta-*", ArgumentValue: "" },
      { message: "The object's headers and metadata are too long." },
    );
  }
  return stored;
}

function gather(input: ObjectHeaders): StoredHeaders {
  const headers: Record<string, string> = {};
  for (const field of kept) {
    const value = input[field];
    if (value !== undefined) headers[field] = value;
  }
  return {
    contentType: input.contentType ?? defaultContentType,
    headers: Object.keys(headers).length === 0 ? undefined : headers,
    metadata: input.metadata,
  };
}

type KeptHeader = Exclude<keyof ObjectHeaders, "contentType" | "metadata">;

const kept: readonly KeptHeader[] = (Object.keys(objectHeaders) as (keyof ObjectHeaders)[]).filter(
  (field): field is KeptHeader => field !== "contentType" && field !== "metadata",
);

/** What reads say about a record. */
export function objectFactsOf(record: ObjectRecord): ObjectFacts {
  return {
    ...record.headers,
    contentType: record.contentType,
    ...(record.metadata === undefined ? {} : { metadata: record.metadata }),
    contentLength: record.size,
    etag: record.etag,
    lastModified: lastModified(record),
    ...(record.contentMd5 === undefined ? {} : { contentMd5: record.contentMd5 }),
    hashCrc64: record.crc64,
    objectType: record.type,
    storageClass: record.storageClass,
    acceptRanges: "bytes",
  };
}
