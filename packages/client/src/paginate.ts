// Listings as async iterables, which fetch each page when it is needed.
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
import type { CallOptions } from "./call-options.ts";
import type { Connection } from "./connection.ts";

type Changing<T> = { -readonly [Name in keyof T]: T[Name] };

/**
 * Makes a guard for one listing. It throws RangeError when a page leads back to an earlier one,
 * because such a listing would never end. The guard stores one marker and compares later markers
 * with it. It replaces that marker after 1, 2, 4, 8 … pages (Brent's algorithm), so that it needs
 * constant memory.
 */
function progressGuard(...begin: readonly unknown[]): (...markers: readonly unknown[]) => void {
  let kept = JSON.stringify(begin);
  let pages = 0;
  let limit = 1;
  return (...markers) => {
    const place = JSON.stringify(markers);
    if (place === kept) throw new RangeError(`the list repeats page ${place}`);
    pages += 1;
    if (pages < limit) return;
    kept = place;
    pages = 0;
    limit *= 2;
  };
}

/** All objects of a bucket, or those with a prefix. */
export async function* allObjects(
  connection: Connection,
  input: Omit<ListObjectsV2Input, "delimiter" | "encodingType">,
  options: CallOptions = {},
): AsyncGenerator<ListedObject> {
  const page: Changing<ListObjectsV2Input> = { ...input, encodingType: "url" };
  const requireProgress = progressGuard(page.continuationToken);
  for (;;) {
    const { contents, nextContinuationToken } = await call(
      connection,
      listObjectsV2,
      page,
      options,
    );
    yield* contents;
    if (nextContinuationToken === undefined) return;
    requireProgress(nextContinuationToken);
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
  options: CallOptions = {},
): AsyncGenerator<VersionEntry> {
  const page: Changing<ListObjectVersionsInput> = { ...input, encodingType: "url" };
  const requireProgress = progressGuard(page.keyMarker, page.versionIdMarker);
  for (;;) {
    const found = await call(connection, listObjectVersions, page, options);
    yield* found.entries;
    const { nextKeyMarker: keyMarker, nextVersionIdMarker: versionIdMarker } = found;
    if (!found.isTruncated || keyMarker === undefined || versionIdMarker === undefined) return;
    requireProgress(keyMarker, versionIdMarker);
    Object.assign(page, { keyMarker, versionIdMarker });
  }
}

/** All uploads in parts that are under way. */
export async function* allUploads(
  connection: Connection,
  input: Omit<ListMultipartUploadsInput, "delimiter" | "encodingType">,
  options: CallOptions = {},
): AsyncGenerator<ListedUpload> {
  const page: Changing<ListMultipartUploadsInput> = { ...input, encodingType: "url" };
  const requireProgress = progressGuard(page.keyMarker, page.uploadIdMarker);
  for (;;) {
    const found = await call(connection, listMultipartUploads, page, options);
    yield* found.uploads;
    if (!found.isTruncated) return;
    const { nextKeyMarker, nextUploadIdMarker } = found;
    requireProgress(nextKeyMarker, nextUploadIdMarker);
    page.keyMarker = nextKeyMarker;
    page.uploadIdMarker = nextUploadIdMarker;
  }
}

/** All parts of an upload. */
export async function* allParts(
  connection: Connection,
  input: Omit<ListPartsInput, "encodingType">,
  options: CallOptions = {},
): AsyncGenerator<ListedPart> {
  const page: Changing<ListPartsInput> = { ...input, encodingType: "url" };
  const requireProgress = progressGuard(page.partNumberMarker);
  for (;;) {
    const found = await call(connection, listParts, page, options);
    yield* found.parts;
    if (!found.isTruncated || found.nextPartNumberMarker === "") return;
    requireProgress(found.nextPartNumberMarker);
    page.partNumberMarker = found.nextPartNumberMarker;
  }
}
