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

/** All objects of a bucket, or those with a prefix. */
export async function* allObjects(
  connection: Connection,
  input: Omit<ListObjectsV2Input, "delimiter" | "encodingType">,
): AsyncGenerator<ListedObject> {
  let page = { ...input, encodingType: "url" as const };
  for (;;) {
    const { contents, nextContinuationToken } = await call(connection, listObjectsV2, page);
    yield* contents;
    if (nextContinuationToken === undefined) return;
    page = { ...page, continuationToken: nextContinuationToken };
  }
}

/** All versions and delete markers of a bucket, or of the keys with a prefix; the newest first within a key. */
export async function* allVersions(
  connection: Connection,
  input: Omit<ListObjectVersionsInput, "delimiter" | "encodingType">,
): AsyncGenerator<VersionEntry> {
  let page = { ...input, encodingType: "url" as const };
  for (;;) {
    const found = await call(connection, listObjectVersions, page);
    yield* found.entries;
    const { nextKeyMarker: keyMarker, nextVersionIdMarker: versionIdMarker } = found;
    if (!found.isTruncated || keyMarker === undefined || versionIdMarker === undefined) return;
    page = { ...page, keyMarker, versionIdMarker };
  }
}

/** All uploads in parts that are under way. */
export async function* allUploads(
  connection: Connection,
  input: Omit<ListMultipartUploadsInput, "delimiter" | "encodingType">,
): AsyncGenerator<ListedUpload> {
  let page = { ...input, encodingType: "url" as const };
  for (;;) {
    const found = await call(connection, listMultipartUploads, page);
    yield* found.uploads;
    if (!found.isTruncated) return;
    page = { ...page, keyMarker: found.nextKeyMarker, uploadIdMarker: found.nextUploadIdMarker };
  }
}

/** All parts of an upload. */
export async function* allParts(
  connection: Connection,
  input: Omit<ListPartsInput, "encodingType">,
): AsyncGenerator<ListedPart> {
  let page = { ...input, encodingType: "url" as const };
  for (;;) {
    const found = await call(connection, listParts, page);
    yield* found.parts;
    if (!found.isTruncated || found.nextPartNumberMarker === "") return;
    page = { ...page, partNumberMarker: found.nextPartNumberMarker };
  }
}
