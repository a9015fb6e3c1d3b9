// Opens an object's bytes: the payload of its record, or its extents one after the other.
import { BlobMissingError } from "@ossicle/store";
import type { Services } from "../services.ts";
import { type Head, lookUp, payloadOf } from "./look-up.ts";
import type { ObjectRecord } from "./records.ts";

/** Bytes `first` to `last`, both included. */
export interface Slice {
  readonly offset: number;
  readonly length: number;
}

/** An object's bytes: at once when they are in memory, or piece by piece. */
export type ObjectBytes = Uint8Array | AsyncIterable<Uint8Array>;

/** Opens a slice of a head. A missing blob fails here, before a header is sent. */
export async function openSlice(
  services: Pick<Services, "blobs">,
  head: Pick<Head, "record" | "payload">,
  slice: Slice,
): Promise<ObjectBytes> {
  const { record } = head;
  if (slice.length === 0) return new Uint8Array(0);
  if (record.extents === undefined) {
    const payload = payloadOf(head) ?? new Uint8Array(0);
    return payload.subarray(slice.offset, slice.offset + slice.length);
  }
  const parts = cut(record, slice);
  const [first, ...rest] = parts;
  if (first === undefined) return new Uint8Array(0);
  const opened = await services.blobs.read(first.ref, first);
  return rest.length === 0 ? opened : joinParts(services, opened, rest);
}

/** Opens a slice of a key's current version; if a blob was swept meanwhile, looks the key up once more. */
export async function openCurrent(
  services: Pick<Services, "blobs" | "metadata" | "hints">,
  {
    bucket,
    key,
    head,
    slice,
  }: {
    readonly bucket: string;
    readonly key: string;
    readonly head: Head;
    readonly slice: Slice;
  },
): Promise<ObjectBytes> {
  try {
    return await openSlice(services, head, slice);
  } catch (cause) {
    if (!(cause instanceof BlobMissingError)) throw cause;
    const again = await lookUp(services, bucket, key);
    if (again.head === undefined || again.head.record.etag !== head.record.etag) throw cause;
    return openSlice(services, again.head, slice);
  }
}

interface Part extends Slice {
  readonly ref: Uint8Array;
}

function cut(record: ObjectRecord, slice: Slice): readonly Part[] {
  const parts: Part[] = [];
  let at = 0;
  const end = slice.offset + slice.length;
  for (const [ref, offset, length] of record.extents ?? []) {
    const from = Math.max(slice.offset, at);
    const to = Math.min(end, at + length);
    if (from < to) {
      parts.push({ ref: Buffer.from(ref, "hex"), offset: offset + from - at, length: to - from });
    }
    at += length;
  }
  return parts;
}

async function* joinParts(
  services: Pick<Services, "blobs">,
  opened: AsyncIterable<Uint8Array>,
  rest: readonly Part[],
): AsyncGenerator<Uint8Array> {
  yield* opened;
  for (const part of rest) yield* await services.blobs.read(part.ref, part);
}
