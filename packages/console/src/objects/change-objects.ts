// Deletes, restores, copies and moves what a person has selected. Folders stand for all that they
// hold.
import { allObjects, allVersions, call, type Connection, OssError } from "@ossicle/client";
import {
  copyObject,
  deleteMultipleObjects,
  deleteObject,
  getObjectAcl,
  type ObjectIdentifier,
  percentEncode,
  utf8ToBinary,
} from "@ossicle/protocol";
import { nameIn, type Row } from "./listing.ts";

/** How a change is watched and ended. */
export interface ChangeWatch {
  /** Called with the number of objects that are done, and of those that were left as they are. */
  readonly onProgress: (done: number, skipped?: number) => void;
  readonly signal: AbortSignal;
}

/** Keys of a request (OSS's limit of DeleteMultipleObjects). */
const batchSize = 1_000;

/** A key that an XML document cannot hold (XML 1.0, section 2.2). */
// oxlint-disable-next-line no-control-regex -- these characters are the point
const notXml = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;

/** How a deletion is watched. */
export interface DeletionWatch extends ChangeWatch {
  /** Called with delete markers that were made, by which a part of the deletion can be undone. */
  readonly onMarkers: (markers: readonly ObjectIdentifier[]) => void;
}

/** Id of versions while versioning is suspended. A deletion replaces such a version for good. */
const nullVersion = "null";

/** Deletes rows: versions where those are listed, otherwise current objects. */
export async function deleteRows(
  connection: Connection,
  {
    bucket,
    rows,
    hasVersions,
  }: Readonly<{ bucket: string; rows: readonly Row[]; hasVersions: boolean }>,
  { onProgress, onMarkers, signal }: DeletionWatch,
): Promise<void> {
  let done = 0;
  for await (const batch of batches(identifiersOf(connection, { bucket, rows, hasVersions }))) {
    signal.throwIfAborted();
    const markers = await deleteBatch(connection, bucket, batch, signal);
    onMarkers(markers.filter(({ versionId }) => versionId !== nullVersion));
    done += batch.length;
    onProgress(done);
  }
}

async function deleteBatch(
  connection: Connection,
  bucket: string,
  batch: readonly ObjectIdentifier[],
  signal: AbortSignal,
): Promise<readonly ObjectIdentifier[]> {
  const markers: ObjectIdentifier[] = [];
  for (const one of batch.filter(({ key }) => notXml.test(key))) {
    const { versionId, deleteMarker } = await call(
      connection,
      deleteObject,
      { bucket, ...one },
      { signal },
    );
    if (deleteMarker === true && versionId !== undefined && one.versionId === undefined) {
      markers.push({ key: one.key, versionId });
    }
  }
  const objects = batch.filter(({ key }) => !notXml.test(key));
  if (objects.length === 0) return markers;
  const input = { bucket, objects, encodingType: "url" } as const;
  const { deleted } = await call(connection, deleteMultipleObjects, input, { signal });
  for (const { key, versionId, deleteMarkerVersionId } of deleted) {
    if (versionId === undefined && deleteMarkerVersionId !== undefined) {
      markers.push({ key, versionId: deleteMarkerVersionId });
    }
  }
  return markers;
}

/** Removes delete markers, so that the versions below them are current again. */
export async function undoDeletion(
  connection: Connection,
  { bucket, markers }: Readonly<{ bucket: string; markers: readonly ObjectIdentifier[] }>,
  { onProgress, signal }: ChangeWatch,
): Promise<void> {
  let done = 0;
  for await (const batch of batches(markers)) {
    signal.throwIfAborted();
    await deleteBatch(connection, bucket, batch, signal);
    done += batch.length;
    onProgress(done);
  }
}

/** Where rows are copied to, and whether the originals are removed. */
export interface CopyRequest {
  readonly bucket: string;
  readonly rows: readonly Row[];
  /** The prefix that is listed: what lies below it keeps its path. */
  readonly prefix: string;
  readonly toBucket: string;
  /** The folder, with its slash; empty for the bucket itself. */
  readonly toPrefix: string;
  readonly isMove: boolean;
}

/** A folder would be copied into itself, which would never end. */
export class IntoItselfError extends Error {
  override readonly name: string = "IntoItselfError";
}

/**
 * Copies or moves rows. An object is removed only after its copy is stored. An object whose new key
 * is taken stays as it is. Rejects with IntoItselfError.
 */
export async function copyRows(
  connection: Connection,
  { bucket, rows, prefix, toBucket, toPrefix, isMove }: CopyRequest,
  { onProgress, signal }: ChangeWatch,
): Promise<void> {
  const isInside = rows.some(({ kind, key }) => kind === "folder" && toPrefix.startsWith(key));
  if (bucket === toBucket && isInside) throw new IntoItselfError(toPrefix);
  let [done, skipped] = [0, 0];
  for await (const { key } of identifiersOf(connection, { bucket, rows, hasVersions: false })) {
    signal.throwIfAborted();
    const to = toPrefix + nameIn(prefix, key);
    const one = { bucket, key, toBucket, to, keepsAcl: isMove };
    if (await copyWhereFree(connection, one, signal)) {
      if (isMove) await call(connection, deleteObject, { bucket, key }, { signal });
      done += 1;
    } else {
      skipped += 1;
    }
    onProgress(done, skipped);
  }
}

// Returns whether the object was copied: false when the key is taken.
async function copyWhereFree(
  connection: Connection,
  one: CopyOne,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await copyOne(connection, one, signal);
    return true;
  } catch (cause) {
    if (cause instanceof OssError && cause.code === "FileAlreadyExists") return false;
    throw cause;
  }
}

/** One object, where it goes, and which of its versions. */
export interface CopyOne {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string | undefined;
  readonly toBucket: string;
  readonly to: string;
  /** Whether the copy may replace an object. Default false. */
  readonly overwrites?: boolean;
  /** Whether the copy gets the ACL of its source. Default: that of a new object. */
  readonly keepsAcl?: boolean;
}

/**
 * Copies one object, or one version of it. Rejects with FileAlreadyExists for a key that is taken,
 * unless the copy may replace it.
 */
export async function copyOne(
  connection: Connection,
  { bucket, key, versionId, toBucket, to, overwrites = false, keepsAcl = false }: CopyOne,
  signal?: AbortSignal,
): Promise<void> {
  const copySource = copySourceOf({ bucket, key, versionId });
  const source = { bucket, key, ...(versionId !== undefined && { versionId }) };
  const found = keepsAcl ? await call(connection, getObjectAcl, source, { signal }) : undefined;
  const acl = found?.accessControlList.grant;
  const input = {
    bucket: toBucket,
    key: to,
    copySource,
    forbidOverwrite: !overwrites,
    ...(acl !== undefined && acl !== "default" && { acl }),
  };
  await call(connection, copyObject, input, { signal });
}

/** Names the source of a copy, as the header `x-oss-copy-source` does. */
export function copySourceOf({
  bucket,
  key,
  versionId,
}: Pick<CopyOne, "bucket" | "key" | "versionId">): string {
  const version = versionId === undefined ? "" : `?versionId=${versionId}`;
  return `/${bucket}/${percentEncode(utf8ToBinary(key))}${version}`;
}

/** What rows stand for. */
export async function* identifiersOf(
  connection: Connection,
  {
    bucket,
    rows,
    hasVersions,
  }: Readonly<{ bucket: string; rows: readonly Row[]; hasVersions: boolean }>,
): AsyncGenerator<ObjectIdentifier> {
  for (const { kind, key, versionId } of rows) {
    if (kind !== "folder") {
      yield versionId === undefined ? { key } : { key, versionId };
    } else if (hasVersions) {
      const below = allVersions(connection, { bucket, prefix: key, maxKeys: batchSize });
      for await (const { value } of below) yield { key: value.key, versionId: value.versionId };
    } else {
      const below = allObjects(connection, { bucket, prefix: key, maxKeys: batchSize });
      for await (const object of below) yield { key: object.key };
    }
  }
}

async function* batches(
  all: AsyncIterable<ObjectIdentifier> | Iterable<ObjectIdentifier>,
): AsyncGenerator<readonly ObjectIdentifier[]> {
  let batch: ObjectIdentifier[] = [];
  for await (const one of all) {
    batch.push(one);
    if (batch.length < batchSize) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
