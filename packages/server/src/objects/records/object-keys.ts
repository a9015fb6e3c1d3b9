// Keys of what belongs to one object key: noncurrent versions, uploads, parts, and the pages of
// manifests. An object key that something follows is escaped, so that byte order survives and its
// end can be found.
import { asBuffer } from "./as-buffer.ts";
import { behindBucketId, type BucketId, idLength, join } from "./keys.ts";

/**
 * The place of a noncurrent version among those of its key: newest first. 8 bytes of order,
 * inverted, and 4 of its id.
 */
export type VersionPlace = Uint8Array;

/** Bytes of a {@link VersionPlace}. */
export const versionPlaceLength = 12;

const end = Buffer.of(0x00, 0x01);

/** What follows the object key in a version's key; no delimiter reaches into it. */
export const versionTailLength: number = end.length + versionPlaceLength;

/** What follows the object key in an upload's key. */
export const uploadTailLength: number = end.length + idLength;

/** Largest order: microseconds, as far as a double counts exactly. */
const maxOrder = Number.MAX_SAFE_INTEGER;

/**
 * A key, or a delimiter to find in one: 00 becomes 00 FF, so that 00 01 ends the key and sorts
 * before everything that goes on.
 */
export function escapeKey(key: string): Buffer {
  const raw = Buffer.from(key);
  if (!raw.includes(0)) return raw;
  const out: number[] = [];
  for (const byte of raw) {
    out.push(byte);
    if (byte === 0) out.push(0xff);
  }
  return Buffer.from(out);
}

function unescapeKey(escaped: Uint8Array): string {
  const view = asBuffer(escaped);
  if (!view.includes(0)) return view.toString();
  const out: number[] = [];
  for (let at = 0; at < view.length; at += 1) {
    out.push(view[at] ?? 0);
    if (view[at] === 0) at += 1;
  }
  return Buffer.from(out).toString();
}

/** The place of a version, from its order and the hex of its id. */
export function versionPlace(order: number, id: string): VersionPlace {
  const place = Buffer.alloc(versionPlaceLength);
  const inverted = maxOrder - order;
  place.writeUInt32BE(Math.floor(inverted / 2 ** 32), 0);
  place.writeUInt32BE(inverted % 2 ** 32, 4);
  place.write(id.slice(-8), 8, "hex"); // ids begin with a time, which versions may share
  return place;
}

/** A noncurrent version. */
export function versionKey(bucket: BucketId, key: string, place: VersionPlace): Buffer {
  return join("v", bucket, escapeKey(key), end, place);
}

/** All noncurrent versions of a key, newest first. */
export function versionRange(bucket: BucketId, key: string): { from: Buffer; to: Buffer } {
  const from = join("v", bucket, escapeKey(key), end);
  return { from, to: Buffer.concat([from, Buffer.alloc(versionPlaceLength + 1, 0xff)]) };
}

/** The object key that a version's key encodes. */
export function keyOfVersion(encoded: Uint8Array): string {
  return unescapeKey(encoded.subarray(behindBucketId, encoded.length - versionTailLength));
}

/** A multipart upload. */
export function uploadKey(bucket: BucketId, key: string, upload: Uint8Array): Buffer {
  return join("u", bucket, escapeKey(key), end, upload);
}

/** What an upload's key says. */
export function parseUploadKey(encoded: Uint8Array): { key: string; upload: Uint8Array } {
  return {
    key: unescapeKey(encoded.subarray(behindBucketId, encoded.length - uploadTailLength)),
    upload: Uint8Array.from(encoded.subarray(encoded.length - idLength)),
  };
}

/**
 * Where the keys with a prefix begin, in the order of versions or uploads; also the text of a
 * rolled-up prefix.
 */
export function escapedPrefix(letter: "v" | "u", bucket: BucketId, prefix: string): Buffer {
  return join(letter, bucket, escapeKey(prefix));
}

/** The text that {@link escapedPrefix} encodes. */
export function prefixOfEscaped(encoded: Uint8Array): string {
  return unescapeKey(encoded.subarray(behindBucketId));
}

/** Behind everything that one object key has. */
export function behindKey(letter: "v" | "u", bucket: BucketId, key: string): Buffer {
  return join(letter, bucket, escapeKey(key), Buffer.of(0x00, 0x02));
}

/** A part of an upload, 1 to 10,000. */
export function partKey(upload: Uint8Array, partNumber: number): Buffer {
  const tail = Buffer.alloc(2);
  tail.writeUInt16BE(partNumber);
  return join("p", upload, tail);
}

/** The upload that a part belongs to. */
export function uploadOfPart(encoded: Uint8Array): Uint8Array {
  return encoded.subarray(1, 1 + idLength);
}

/** The number of a part. */
export function partNumberOf(encoded: Uint8Array): number {
  return ((encoded.at(-2) ?? 0) << 8) + (encoded.at(-1) ?? 0);
}

/** The parts of an upload behind a number. */
export function partRange(upload: Uint8Array, after = 0): { from: Buffer; to: Buffer } {
  return { from: partKey(upload, after + 1), to: partKey(upload, 0xffff) };
}

/** The owner of a manifest's reference to a blob: its id, and the part that brought the blob. */
export function manifestOwner(manifest: Uint8Array, partNumber: number): Buffer {
  const out = Buffer.alloc(idLength + 2);
  out.set(manifest);
  out.writeUInt16BE(partNumber, idLength);
  return out;
}

/** A page of a manifest, by the offset of its first byte. */
export function pageKey(manifest: Uint8Array, offset: number): Buffer {
  const tail = Buffer.alloc(8);
  tail.writeBigUInt64BE(BigInt(offset));
  return join("x", manifest, tail);
}

/** The offset of a page's first byte. */
export function offsetOfPage(encoded: Uint8Array): number {
  const view = asBuffer(encoded);
  return Number(view.readBigUInt64BE(view.length - 8));
}

/** The pages of a manifest that begin in `from` to `to`, both included. */
export function pageRange(
  manifest: Uint8Array,
  from = 0,
  to: number = Number.MAX_SAFE_INTEGER - 1,
): { from: Buffer; to: Buffer } {
  return { from: pageKey(manifest, from), to: pageKey(manifest, to + 1) };
}
