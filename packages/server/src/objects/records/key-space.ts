// The key space: every kind of record. A key is the letter of its kind, then its parts; keys have
// the order of their parts. `verify` derives from this; a test compares it with ARCHITECTURE.md.
import type { BucketConfigs } from "./bucket-configs.ts";
import type { DeliveryRecord } from "./delivery-record.ts";
import type {
  BucketRecord,
  GateRecord,
  HiddenRecord,
  JobRecord,
  ObjectRecord,
  PageRecord,
  PartRecord,
  SinceRecord,
  UploadRecord,
} from "./records.ts";
import type {
  AccessKeyRecord,
  EncryptionKeyRecord,
  PrincipalKind,
  PrincipalRecord,
  ServerRecords,
} from "./server-records.ts";
import { bytes, choice, endedText, type KeyPart, text, uint, uint64 } from "./key-parts.ts";
import { type KeyRange, NamedRecordKind, RecordKind } from "./record-kind.ts";

/** A bucket's id: 8 bytes, fresh per creation. */
export type BucketId = Uint8Array;

/**
 * The place of a noncurrent version among those of its key, newest first: 8 bytes of the inverted
 * order, then the last 4 bytes of its id.
 */
export type VersionPlace = Uint8Array;

/** Kinds of job. */
export type JobKind = "delivery" | "delete-bucket" | "purge-upload" | "lifecycle" | "inventory";

/** Bytes of a blob's, an upload's or a manifest's id. */
export const idBytes = 16;

/** Bytes of the hash of a URL. */
export const urlHashBytes = 8;

/** Bytes of a {@link VersionPlace}. */
export const versionPlaceBytes = 12;

const bucketId: KeyPart<BucketId> = bytes("B", 8);
const deliveryId: KeyPart<Uint8Array> = bytes("delivery");

/** The server's own records. */
export const serverRecords: NamedRecordKind<"s", [name: keyof ServerRecords], ServerRecords> =
  new NamedRecordKind({
    letter: "s",
    parts: [text("name")],
    holds: "format, account, callback key",
    guardedBy: "own version",
  });

/** Buckets by name. */
export const bucketRecords: RecordKind<"b", [name: string], BucketRecord> = new RecordKind({
  letter: "b",
  parts: [text("name")],
  holds: "bucket id, owner, class",
  guardedBy: "absent or version",
});

/** The gates of buckets. */
export const gateRecords: RecordKind<"g", [bucket: BucketId], GateRecord> = new RecordKind({
  letter: "g",
  parts: [bucketId],
  holds:
    "gate: active or deleting; versioning, encryption, retention policy, and which documents exist",
  guardedBy: "checked by every write below B",
});

/** The configuration documents of buckets. */
export const configRecords: NamedRecordKind<
  "c",
  [bucket: BucketId, name: keyof BucketConfigs],
  BucketConfigs
> = new NamedRecordKind({
  letter: "c",
  parts: [bucketId, text("name")],
  holds: "a configuration document: ACL, CORS, tags and others",
  guardedBy: "the gate",
});

/** Access keys that were added. */
export const accessKeyRecords: RecordKind<"a", [id: string], AccessKeyRecord> = new RecordKind({
  letter: "a",
  parts: [text("access key id")],
  holds: "a further key, its secret sealed",
  guardedBy: "own version",
});

/** Keys that encrypt the bytes of objects. */
export const encryptionKeyRecords: RecordKind<"k", [id: string], EncryptionKeyRecord> =
  new RecordKind({
    letter: "k",
    parts: [text("encryption key id")],
    holds: "a key that encrypts bytes, sealed by a master key",
    guardedBy: "own version",
  });

/** The accounts beside the store's own, and the users and groups of all accounts. */
export const principalRecords: RecordKind<
  "m",
  [kind: PrincipalKind, name: string],
  PrincipalRecord
> = new RecordKind({
  letter: "m",
  parts: [choice("kind", { user: 1, group: 2, account: 3 }), text("name")],
  holds: "an account, a user or a group, with its policies",
  guardedBy: "own version",
});

/** Nonces of requests to STS. */
export const nonceRecords: RecordKind<"n", [hash: Uint8Array], SinceRecord> = new RecordKind({
  letter: "n",
  parts: [bytes("hash")],
  holds: "a nonce that a request to STS has used",
  guardedBy: "absent",
});

/** The heads of object keys. */
export const headRecords: RecordKind<"o", [bucket: BucketId, key: string], ObjectRecord> =
  new RecordKind({
    letter: "o",
    parts: [bucketId, text("key")],
    holds: "head: the current version or delete marker, small bodies as payload",
    guardedBy: "own version: the key's only lock",
  });

/** Noncurrent versions. */
export const versionRecords: RecordKind<
  "v",
  [bucket: BucketId, key: string, place: VersionPlace],
  ObjectRecord
> = new RecordKind({
  letter: "v",
  parts: [bucketId, endedText("key"), bytes("age", versionPlaceBytes)],
  holds: "a noncurrent version, newest first",
  guardedBy: "the head",
});

/** Multipart uploads. */
export const uploadRecords: RecordKind<
  "u",
  [bucket: BucketId, key: string, upload: Uint8Array],
  UploadRecord
> = new RecordKind({
  letter: "u",
  parts: [bucketId, endedText("key"), bytes("upload", idBytes)],
  holds: "a multipart upload, and whether it is being completed",
  guardedBy: "own version",
});

/** Parts of uploads, 1 to 10,000. */
export const partRecords: RecordKind<"p", [upload: Uint8Array, partNumber: number], PartRecord> =
  new RecordKind({
    letter: "p",
    parts: [bytes("upload", idBytes), uint("number", 2)],
    holds: "a part: its blobs and digests",
    guardedBy: "the upload",
  });

/** Pages of manifests, by the offset of their first byte. */
export const pageRecords: RecordKind<"x", [manifest: Uint8Array, offset: number], PageRecord> =
  new RecordKind({
    letter: "x",
    parts: [bytes("manifest", idBytes), uint64("offset")],
    holds: "a page of an object's blobs, where they are too many for its record",
    guardedBy: "never changed, except for an appendable object's last page, by its head",
  });

/** Intents: bytes of a blob may exist. */
export const intentRecords: RecordKind<"i", [ref: Uint8Array], SinceRecord> = new RecordKind({
  letter: "i",
  parts: [bytes("ref", idBytes)],
  holds: "intent: bytes may exist",
  guardedBy: "consumed by one commit",
});

/** References to blobs and manifests by the version, part or manifest that owns them. */
export const referenceRecords: RecordKind<"r", [ref: Uint8Array, owner: Uint8Array], object> =
  new RecordKind({
    letter: "r",
    parts: [bytes("ref", idBytes), bytes("owner")],
    holds: "a reference to a blob",
    guardedBy: "the record that it was copied from, or the intent",
  });

/** Marks of blobs and manifests that may be garbage. */
export const garbageRecords: RecordKind<"z", [ref: Uint8Array], SinceRecord> = new RecordKind({
  letter: "z",
  parts: [bytes("ref", idBytes)],
  holds: "mark of a blob that may be garbage",
  guardedBy: "own version",
});

/** Versions that wait, unseen, for their deliveries to be confirmed. */
export const hiddenRecords: RecordKind<
  "w",
  [bucket: BucketId, delivery: Uint8Array],
  HiddenRecord
> = new RecordKind({
  letter: "w",
  parts: [bucketId, deliveryId],
  holds: "a version that waits, unseen, for its application's answer",
  guardedBy: "own version, and the delivery's",
});

/** Deliveries. */
export const deliveryRecords: RecordKind<"l", [id: Uint8Array], DeliveryRecord> = new RecordKind({
  letter: "l",
  parts: [deliveryId],
  holds: "delivery record, rendered body as payload",
  guardedBy: "own version",
});

/** Jobs, by the time that they are due. */
export const jobRecords: RecordKind<
  "q",
  [shard: number, dueMs: number, kind: JobKind, id: Uint8Array],
  JobRecord
> = new RecordKind({
  letter: "q",
  parts: [
    uint("shard", 1),
    uint("due", 6),
    choice("kind", {
      delivery: 1,
      "delete-bucket": 2,
      "purge-upload": 3,
      lifecycle: 4,
      inventory: 5,
    }),
    bytes("id"),
  ],
  holds: "a job that is due",
  guardedBy: "own version",
});

/** Deliveries that failed, by a hash of their first URL. */
export const failureRecords: RecordKind<"f", [urlHash: Uint8Array, delivery: Uint8Array], object> =
  new RecordKind({
    letter: "f",
    parts: [bytes("URL hash", urlHashBytes), deliveryId],
    holds: "a delivery that failed",
    guardedBy: "with `l`",
  });

/** The first letter of a key. */
export type KeyLetter =
  | "s"
  | "b"
  | "g"
  | "c"
  | "a"
  | "k"
  | "m"
  | "n"
  | "o"
  | "v"
  | "u"
  | "p"
  | "x"
  | "i"
  | "r"
  | "z"
  | "w"
  | "l"
  | "q"
  | "f";

/** What all kinds have. */
export interface AnyKind<Letter extends KeyLetter = KeyLetter> {
  readonly letter: Letter;
  readonly parts: string;
  readonly holds: string;
  readonly guardedBy: string;
  range(): KeyRange;
  /** Reads a key and its record. Throws where either is damaged. */
  read(key: Uint8Array, value: Uint8Array): void;
}

/** Every kind. */
export const keySpace: { readonly [Letter in KeyLetter]: AnyKind<Letter> } = {
  s: serverRecords,
  b: bucketRecords,
  g: gateRecords,
  c: configRecords,
  a: accessKeyRecords,
  k: encryptionKeyRecords,
  m: principalRecords,
  n: nonceRecords,
  o: headRecords,
  v: versionRecords,
  u: uploadRecords,
  p: partRecords,
  x: pageRecords,
  i: intentRecords,
  r: referenceRecords,
  z: garbageRecords,
  w: hiddenRecords,
  l: deliveryRecords,
  q: jobRecords,
  f: failureRecords,
};

/** The letter of a key's kind; undefined when no kind has it. */
export function letterOf(key: Uint8Array): KeyLetter | undefined {
  const letter = String.fromCharCode(key[0] ?? 0);
  return Object.hasOwn(keySpace, letter) ? (letter as KeyLetter) : undefined; // just checked
}
