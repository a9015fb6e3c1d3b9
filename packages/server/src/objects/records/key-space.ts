// The key space: every kind of record by the first letter of its keys. Ranges and `verify` are
// typed by this table, and a test holds the table in ARCHITECTURE.md against it.

/** A kind of record. */
export interface RecordKind {
  /** What its keys hold behind the letter. `B` is a bucket's id. */
  readonly parts: string;
  /** What the record holds. */
  readonly holds: string;
  /** What a commit that changes it checks. */
  readonly guardedBy: string;
}

/** The first letter of a key. */
export type KeyLetter =
  | "s"
  | "b"
  | "g"
  | "c"
  | "a"
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

/** Every kind. */
export const keySpace: Readonly<Record<KeyLetter, RecordKind>> = {
  s: {
    parts: "name",
    holds: "format, account, callback key",
    guardedBy: "own version",
  },
  b: {
    parts: "name",
    holds: "bucket id, owner, class",
    guardedBy: "absent or version",
  },
  g: {
    parts: "B",
    holds: "gate: active or deleting",
    guardedBy: "checked by every write below B",
  },
  c: {
    parts: "B name",
    holds: "a configuration document: ACL, CORS, tags and others",
    guardedBy: "the gate",
  },
  a: {
    parts: "access key id",
    holds: "a further key, its secret sealed",
    guardedBy: "own version",
  },
  n: {
    parts: "hash",
    holds: "a nonce that a request to STS has used",
    guardedBy: "absent",
  },
  o: {
    parts: "B key",
    holds: "head: the current version or delete marker, small bodies as payload",
    guardedBy: "own version: the key's only lock",
  },
  v: {
    parts: "B key, age",
    holds: "a noncurrent version, newest first",
    guardedBy: "the head",
  },
  u: {
    parts: "B key, upload",
    holds: "a multipart upload, and whether it is being completed",
    guardedBy: "own version",
  },
  p: {
    parts: "upload, number",
    holds: "a part: its blobs and digests",
    guardedBy: "the upload",
  },
  x: {
    parts: "manifest, offset",
    holds: "a page of an object's blobs, where they are too many for its record",
    guardedBy: "never changed, but for the last of an appendable object, with its head",
  },
  i: {
    parts: "ref",
    holds: "intent: bytes may exist",
    guardedBy: "consumed by one commit",
  },
  r: {
    parts: "ref owner",
    holds: "a reference to a blob",
    guardedBy: "the record it was learnt from",
  },
  z: {
    parts: "ref",
    holds: "mark of a blob that may be garbage",
    guardedBy: "own version",
  },
  w: {
    parts: "B delivery",
    holds: "a version that waits, unseen, for its application's answer",
    guardedBy: "own version, and the delivery's",
  },
  l: {
    parts: "delivery id",
    holds: "delivery record, rendered body as payload",
    guardedBy: "own version",
  },
  q: {
    parts: "shard due kind id",
    holds: "a job that is due",
    guardedBy: "own version",
  },
  f: {
    parts: "endpoint id",
    holds: "a delivery that failed",
    guardedBy: "with `l`",
  },
};

/** The kind of a key's record; undefined for a key of none. */
export function letterOf(key: Uint8Array): KeyLetter | undefined {
  const letter = String.fromCharCode(key[0] ?? 0);
  return Object.hasOwn(keySpace, letter) ? (letter as KeyLetter) : undefined; // just checked
}
