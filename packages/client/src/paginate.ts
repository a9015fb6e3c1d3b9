// Lists as async iterables: page after page is fetched as it is needed.
import {
  type ListedObject,
  type ListedPart,
  type ListedUpload,
  listMultipartUploads,
  type ListMultipartUploadsInput,
  listObjectsV2,
  type ListObjectsV2Input,
  listObjectVersions,
  type ListObjectVersionsInput,
  listParts,
  type ListPartsInput,
  type VersionEntry,
} from "@ossicle/protocol";
import { call } from "./call.ts";
import type { Connection } from "./connection.ts";

type Changing<T> = { -readonly [Name in keyof T]: T[Name] };

// A page that leads to itself would be fetched for ever.
function requireProgress(before: unknown, next: unknown): void {
  if (next === before) throw new RangeError(`the list does not go on behind ${String(next)}`);
}

/** All objects of a bucket, or those with a prefix. */
export async function* allObjects(
  connection: Connection,
  input: Omit<ListObjectsV2Input, "delimiter" | "encodingType">,
): AsyncGenerator<ListedObject> {
  const page: Changing<ListObjectsV2Input> = { ...input, encodingType: "url" };
  for (;;) {
    const { contents, nextContinuationToken } = await call(connection, listObjectsV2, page);
    yield* contents;
    if (nextContinuationToken === undefined) return;
    requireProgress(page.continuationToken, nextContinuationToken);
    page.continuationToken = nextContinuationToken;
  }
}

/**
 * All versions and delete markers of a bucket, or of the keys with a prefix; the newest first
 * within a key.
 */
export async function* allVersions(
  connection: Connection,
  input: Omit<ListObjectVersionsInput, "delimiter" | "encodingType">,
): AsyncGenerator<VersionEntry> {
  const page: Changing<ListObjectVersionsInput> = { ...input, encodingType: "url" };
  for (;;) {
    const found = await call(connection, listObjectVersions, page);
    yield* found.entries;
    const { nextKeyMarker: keyMarker, nextVersionIdMarker: versionIdMarker } = found;
    if (!found.isTruncated || keyMarker === undefined || versionIdMarker === undefined) return;
    requireProgress(
      [page.keyMarker, page.versionIdMarker].join(),
      [keyMarker, versionIdMarker].join(),
    );
    Object.assign(page, { keyMarker, versionIdMarker });
  }
}

/** All uploads in parts that are under way. */
export async function* allUploads(
  connection: Connection,
  input: Omit<ListMultipartUploadsInput, "delimiter" | "encodingType">,
): AsyncGenerator<ListedUpload> {
  const page: Changing<ListMultipartUploadsInput> = { ...input, encodingType: "url" };
  for (;;) {
    const found = await call(connection, listMultipartUploads, page);
    yield* found.uploads;
    if (!found.isTruncated) return;
    const { nextKeyMarker, nextUploadIdMarker } = found;
    requireProgress(
      [page.keyMarker, page.uploadIdMarker].join(),
      [nextKeyMarker, nextUploadIdMarker].join(),
    );
    page.keyMarker = found.nextKeyMarker;
    page.uploadIdMarker = found.nextUploadIdMarker;
  }
}

/** All parts of an upload. */
export async function* allParts(
  connection: Connection,
  input: Omit<ListPartsInput, "encodingType">,
): AsyncGenerator<ListedPart> {
  const page: Changing<ListPartsInput> = { ...input, encodingType: "url" };
  for (;;) {
    const found = await call(connection, listParts, page);
    yield* found.parts;
    if (!found.isTruncated || found.nextPartNumberMarker === "") return;
    requireProgress(page.partNumberMarker, found.nextPartNumberMarker);
    page.partNumberMarker = found.nextPartNumberMarker;
  }
}
