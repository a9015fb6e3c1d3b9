// Opens an object's bytes: the payload of its record, its extents one after the other, or those of
// its manifest and then the payload.
import { Readable } from "node:stream";
import { BlobMissingError } from "@ossicle/store";
import { type Head, payloadOf } from "../records/head.ts";
import type { StoredEncryption } from "../encryption/encryption-keys.ts";
import type { Encryption } from "../encryption/encryption.ts";
import type { ByteServices } from "./byte-services.ts";
import { owning } from "./owning.ts";
import type { StorageServices } from "../records/storage-services.ts";
import { cut, type BlobPart, manifestParts } from "../records/manifest.ts";
import type { Extent, ManifestExtent, ObjectRecord } from "../records/records.ts";

/** Bytes from an offset on. */
export interface Slice {
  readonly offset: number;
  readonly length: number;
}

/** An object's bytes: at once when they are in memory, or piece by piece. */
export type ObjectBytes = Uint8Array | AsyncIterable<Uint8Array>;

/** The fields of a version that locate its bytes. */
export interface StoredBytes {
  readonly record: Pick<ObjectRecord, "manifest" | "size" | "encryption"> & {
    readonly extents?: readonly (Extent | ManifestExtent)[] | undefined;
  };
  readonly payload: Head["payload"];
}

/** With `memory`, a chunk is reused after the reader has called for the next one. */
export interface ReadingServices
  extends Pick<ByteServices, "blobs" | "metadata">, Partial<Pick<ByteServices, "memory">> {
  readonly encryptionKeys: Pick<StoredEncryption, "of">;
}

/**
 * Opens a slice of a version. If its first blob is missing, this fails here, before a header is
 * sent.
 */
export async function openSlice(
  services: ReadingServices,
  version: StoredBytes,
  slice: Slice,
): Promise<ObjectBytes> {
  const { record } = version;
  const inBlobs = blobBytes(record);
  const end = slice.offset + slice.length;
  if (slice.length === 0) return new Uint8Array(0);
  const encryption = record.encryption && (await services.encryptionKeys.of(record.encryption));
  const tail = (): Uint8Array => {
    const payload = openPayload(version, encryption);
    return payload.subarray(Math.max(0, slice.offset - inBlobs), end - inBlobs);
  };
  if (slice.offset >= inBlobs) return tail();
  const parts = partsOf(services, record, {
    offset: slice.offset,
    length: Math.min(end, inBlobs) - slice.offset,
  });
  const first = await parts.next();
  if (first.done === true) throw new BlobMissingError("the object's list of blobs is not there");
  const opened = await readPart(services, first.value, encryption);
  const isAll = end <= inBlobs && first.value.length === slice.length;
  return isAll
    ? opened
    : owning(
        opened,
        joinParts(services, opened, {
          parts,
          tail: end > inBlobs ? tail : undefined,
          encryption,
        }),
      );
}

/** The bytes of a version's payload. */
export function openPayload(
  version: Pick<Head, "payload">,
  encryption: Encryption | undefined,
): Uint8Array {
  const payload = payloadOf(version);
  if (payload === undefined) return new Uint8Array(0);
  return encryption === undefined ? payload : encryption.openPayload(payload);
}

async function readPart(
  { blobs, memory }: ReadingServices,
  part: BlobPart,
  encryption: Encryption | undefined,
): Promise<AsyncIterable<Uint8Array>> {
  const lend = memory?.readAhead.lend;
  if (encryption === undefined) return blobs.read(part.ref, part, lend);
  const sealed = await blobs.read(part.ref, encryption.sliceOf(part), lend);
  return owning(sealed, encryption.open(sealed, part));
}

/** How many of a record's bytes are in blobs; the rest is its payload. */
function blobBytes({ manifest, extents, size }: StoredBytes["record"]): number {
  return manifest?.bytes ?? (extents === undefined ? 0 : size);
}

/** The blobs that a slice of a record's bytes is made of. */
export async function* partsOf(
  services: Pick<StorageServices, "metadata">,
  { manifest, extents = [] }: Omit<StoredBytes["record"], "size">,
  slice: Slice,
): AsyncGenerator<BlobPart, undefined> {
  if (manifest !== undefined) {
    yield* manifestParts(services.metadata, Buffer.from(manifest.id, "hex"), slice);
  } else {
    yield* cut(extents, { from: slice.offset, to: slice.offset + slice.length, at: 0 });
  }
}

/** An object's bytes as chunks. */
export function asChunks(bytes: ObjectBytes): AsyncIterable<Uint8Array> {
  return bytes instanceof Uint8Array ? Readable.from([bytes]) : bytes;
}

/** Closes bytes that may not have been read to their end, or not at all. */
export async function closeBytes(bytes: ObjectBytes): Promise<void> {
  if (!(bytes instanceof Uint8Array)) await bytes[Symbol.asyncIterator]().return?.();
}

interface Rest {
  readonly parts: AsyncGenerator<BlobPart, undefined>;
  readonly tail: (() => Uint8Array) | undefined;
  readonly encryption: Encryption | undefined;
}

async function* joinParts(
  services: ReadingServices,
  opened: AsyncIterable<Uint8Array>,
  { parts, tail, encryption }: Rest,
): AsyncGenerator<Uint8Array> {
  yield* opened;
  for await (const part of parts) yield* await readPart(services, part, encryption);
  if (tail !== undefined) yield tail();
}
