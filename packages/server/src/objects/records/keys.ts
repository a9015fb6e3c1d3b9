// The key space: how every record's key is made of bytes. Order of encoded keys is the order of
// what they encode; a property test holds that. key-space.ts has the table of letters.
import { asBuffer } from "./as-buffer.ts";
import type { KeyLetter } from "./key-space.ts";

/** A bucket's id: 8 bytes, fresh per creation. */
export type BucketId = Uint8Array;

const bucketIdLength = 8;

/** Where the parts behind a bucket's id begin. */
export const behindBucketId: number = 1 + bucketIdLength;

/** Bytes of a blob's, an upload's or a manifest's id. */
export const idLength = 16;

/** Bytes of an endpoint's hash. */
export const endpointHashLength = 8;

const prefix = (letter: KeyLetter): number => letter.charCodeAt(0);

/** A key: the letter of its kind, then its parts. */
export function join(letter: KeyLetter, ...parts: readonly Uint8Array[]): Buffer {
  let length = 1;
  for (const part of parts) length += part.length;
  const out = Buffer.allocUnsafe(length);
  out[0] = prefix(letter);
  let at = 1;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Server-wide records: the format, the account, the callback key. */
export function serverKey(name: string): Buffer {
  return Buffer.from(`s${name}`);
}

/** An access key that was added. */
export function accessKeyKey(accessKeyId: string): Buffer {
  return Buffer.from(`a${accessKeyId}`);
}

/** A nonce that a signed request to STS has used. */
export function nonceKey(hash: Uint8Array): Buffer {
  return join("n", hash);
}

/** A bucket's name: which bucket id has it. */
export function bucketKey(name: string): Buffer {
  return Buffer.from(`b${name}`);
}

/** The gate of a bucket: checked by every write below it. */
export function gateKey(bucket: BucketId): Buffer {
  return join("g", bucket);
}

/** One configuration document of a bucket. */
export function configKey(bucket: BucketId, name: string): Buffer {
  return join("c", bucket, Buffer.from(name));
}

/** The head of an object key: its current version, and the key's only lock. */
export function headKey(bucket: BucketId, key: string): Buffer {
  const length = Buffer.byteLength(key);
  const out = Buffer.allocUnsafe(behindBucketId + length);
  out[0] = prefix("o");
  out.set(bucket, 1);
  out.write(key, behindBucketId);
  return out;
}

/** The object key that a head's key encodes. */
export function keyOfHead(encoded: Uint8Array): string {
  return asBuffer(encoded).toString("utf8", behindBucketId);
}

/** The id of the bucket that a key is below: kinds `g`, `c`, `o`, `v`, `u` and `w`. */
export function bucketOfKey(key: Uint8Array): BucketId {
  return key.subarray(1, behindBucketId);
}

/** Everything of one kind below a bucket: `o`, `v`, `u`, `w`, `c`. */
export function bucketRange(
  letter: "o" | "v" | "u" | "w" | "c",
  bucket: BucketId,
): { from: Buffer; to: Buffer } {
  const from = join(letter, bucket);
  const to = Buffer.from(from);
  // Bucket ids begin with a time of this millennium, so the last carry never leaves the id.
  for (let at = to.length - 1; at > 0; at -= 1) {
    const byte = to[at] ?? 0;
    to[at] = (byte + 1) & 0xff;
    if (byte !== 0xff) break;
  }
  return { from, to };
}

/** Intent: bytes of a blob may exist. */
export function intentKey(ref: Uint8Array): Buffer {
  return join("i", ref);
}

/** A reference to a blob by the object, part or manifest that owns it. */
export function referenceKey(ref: Uint8Array, owner: Uint8Array): Buffer {
  return join("r", ref, owner);
}

/** The blob or manifest that a reference's key names. */
export function targetOfReference(key: Uint8Array): Uint8Array {
  return key.subarray(1, 1 + idLength);
}

/** The owner that a reference's key names. */
export function ownerOfReference(key: Uint8Array): Uint8Array {
  return key.subarray(1 + idLength);
}

/** A blob that may be garbage. */
export function garbageKey(ref: Uint8Array): Buffer {
  return join("z", ref);
}

/** A delivery's record. */
export function deliveryKey(id: Uint8Array): Buffer {
  return join("l", id);
}

/** A version that waits, unseen, for its delivery to be confirmed. */
export function hiddenKey(bucket: BucketId, deliveryId: Uint8Array): Buffer {
  return join("w", bucket, deliveryId);
}

/** The delivery that a hidden version waits for. */
export function deliveryOfHidden(key: Uint8Array): Uint8Array {
  return key.subarray(behindBucketId);
}

/** A delivery that failed, below its endpoint. */
export function failureKey(endpointHash: Uint8Array, id: Uint8Array): Buffer {
  return join("f", endpointHash, id);
}

/** The delivery that failed. */
export function deliveryOfFailure(key: Uint8Array): Uint8Array {
  return key.subarray(1 + endpointHashLength);
}

/** Kinds of job, in the byte after the due time. */
export type JobKind = "delivery" | "delete-bucket" | "purge-upload";

const jobKinds: Readonly<Record<JobKind, number>> = {
  delivery: 1,
  "delete-bucket": 2,
  "purge-upload": 3,
};

/** Only shard of the job queue; a cluster will have 16. */
const embeddedShard = 0;

/** A job that is due at a time. */
export function jobKey(dueMs: number, kind: JobKind, id: Uint8Array): Buffer {
  const head = Buffer.alloc(8);
  head[0] = embeddedShard;
  head.writeUIntBE(dueMs, 1, 6);
  head[7] = jobKinds[kind];
  return join("q", head, id);
}

/** What a job's key says. */
export function parseJobKey(key: Uint8Array): { dueMs: number; kind: JobKind; id: Uint8Array } {
  const view = asBuffer(key);
  const kind = (Object.keys(jobKinds) as JobKind[]).find((one) => jobKinds[one] === view[8]);
  if (kind === undefined) throw new Error(`job kind ${view[8]} is not known`);
  return { dueMs: view.readUIntBE(2, 6), kind, id: Uint8Array.from(view.subarray(9)) };
}

/** All jobs that are due before a time. */
export function jobRange(beforeMs: number): { from: Buffer; to: Buffer } {
  const [from, to] = [Buffer.alloc(8), Buffer.alloc(8)];
  to.writeUIntBE(beforeMs, 2, 6);
  from[0] = prefix("q");
  to[0] = prefix("q");
  from[1] = embeddedShard;
  to[1] = embeddedShard;
  return { from, to };
}

/** All records of one kind whose id is below `end`, or all of them. */
export function kindRange(letter: KeyLetter, end?: Uint8Array): { from: Buffer; to: Buffer } {
  return {
    from: Buffer.from([prefix(letter)]),
    to: end === undefined ? Buffer.from([prefix(letter) + 1]) : join(letter, end),
  };
}

/** All references to a blob. */
export function referenceRange(ref: Uint8Array): { from: Buffer; to: Buffer } {
  return { from: join("r", ref), to: join("r", ref, new Uint8Array(idLength + 1).fill(0xff)) };
}

/** The name that a key holds: a bucket's name, or an access key id. */
export function nameOfKey(key: Uint8Array): string {
  return asBuffer(key).toString("utf8", 1);
}

/** The part of a key behind its letter. */
export function idOfKey(key: Uint8Array): Uint8Array {
  return Uint8Array.from(key.subarray(1));
}
