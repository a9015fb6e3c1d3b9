// Opens an object's bytes: the payload of its record, its extents one after the other, or those of
// its manifest and then the payload.
import { Readable } from "node:stream";
import { BlobMissingError } from "@ossicle/store";
import { type Head, payloadOf } from "../records/head.ts";
import type { ByteServices } from "./byte-services.ts";
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
  readonly record: Pick<ObjectRecord, "manifest" | "size"> & {
    readonly extents?: readonly (Extent | ManifestExtent)[] | undefined;
  };
  readonly payload: Head["payload"];
}

/** With `memory`, a chunk is reused after the reader has called for the next one. */
type ReadingServices = Pick<StorageServices, "blobs" | "metadata"> &
  Partial<Pick<ByteServices, "memory">>;

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
  const tail = (): Uint8Array => {
    const payload = payloadOf(version) ?? new Uint8Array(0);
    return payload.subarray(Math.max(0, slice.offset - inBlobs), end - inBlobs);
  };
  if (slice.length === 0) return new Uint8Array(0);
  if (slice.offset >= inBlobs) return tail();
  const parts = partsOf(services, record, {
    offset: slice.offset,
    length: Math.min(end, inBlobs) - slice.offset,
  });
  const first = await parts.next();
  if (first.done === true) throw new BlobMissingError("the object's list of blobs is not there");
  const opened = await services.blobs.read(
    first.value.ref,
    first.value,
    services.memory?.readAhead.lend,
  );
  const isAll = end <= inBlobs && first.value.length === slice.length;
  return isAll
    ? opened
    : owning(
        opened,
        joinParts(services, opened, { parts, tail: end > inBlobs ? tail : undefined }),
      );
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

/**
 * Wraps a generator that reads from an open source. A generator that is ended before its first read
 * never runs its clean-up, so this wrapper then closes the source itself.
 */
function owning(
  source: AsyncIterable<Uint8Array>,
  bytes: AsyncGenerator<Uint8Array>,
): AsyncIterableIterator<Uint8Array> {
  let isBegun = false;
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: () => {
      isBegun = true;
      return bytes.next();
    },
    return: async () => {
      if (!isBegun) await source[Symbol.asyncIterator]().return?.();
      return bytes.return(undefined);
    },
  };
}

interface Rest {
  readonly parts: AsyncGenerator<BlobPart, undefined>;
  readonly tail: (() => Uint8Array) | undefined;
}

async function* joinParts(
  services: ReadingServices,
  opened: AsyncIterable<Uint8Array>,
  { parts, tail }: Rest,
): AsyncGenerator<Uint8Array> {
  yield* opened;
  const lend = services.memory?.readAhead.lend;
  for await (const part of parts) yield* await services.blobs.read(part.ref, part, lend);
  if (tail !== undefined) yield tail();
}
