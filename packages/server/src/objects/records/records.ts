// What the records of buckets, objects and uploads hold.
import type {
  BucketAcl,
  DataRedundancyType,
  DefaultRetention,
  HttpsConfiguration,
  ObjectAcl,
  RetentionMode,
  StorageClass,
} from "@ossicle/protocol";

/** A bucket's name record. */
export interface BucketRecord {
  /** Bucket id, hex. */
  readonly id: string;
  /** Account id. */
  readonly owner: string;
  readonly createdMs: number;
  readonly storageClass: StorageClass;
  readonly redundancy: DataRedundancyType;
}

/** A bucket's gate. */
export interface GateRecord {
  readonly state: "active" | "deleting";
  /** The bucket's name, for the job that resumes a deletion after a crash. */
  readonly name: string;
  /** Absent until versioning is first configured. */
  readonly versioning?: "Enabled" | "Suspended";
  /** Whether the bucket has a document about Referers. Without it, requests do not read one. */
  readonly hasReferers?: true;
  /** Whether the bucket has a policy. Without it, requests do not read one. */
  readonly hasPolicy?: true | undefined;
  /** Whether the bucket is a static website. Without it, requests do not read the document. */
  readonly hasWebsite?: true | undefined;
  /** Whether rules forbid overwriting objects. Without it, uploads do not read them. */
  readonly hasOverwriteRules?: true | undefined;
  /** Whether requests are written to an access log. */
  readonly hasLogging?: true | undefined;
  /** Whether lifecycle rules remove objects. Without it, reads do not look at the rules. */
  readonly hasExpiration?: true | undefined;
  /** What the bucket asks of connections with TLS, which every request checks with the gate. */
  readonly https?: HttpsConfiguration | undefined;
  /** How uploads that name no encryption are encrypted. */
  readonly encryption?: EncryptionRule | undefined;
  /** The retention policy, which every commit that removes bytes checks with the gate. */
  readonly worm?: WormRecord | undefined;
  /** Present where objects may be retained one by one. */
  readonly objectWorm?: ObjectWormRecord | undefined;
  /** Present while last access times are tracked. */
  readonly tracksAccess?: { readonly sinceMs: number } | undefined;
}

/** How new objects are encrypted, in OSS's terms. */
export interface EncryptionRule {
  readonly algorithm: "AES256" | "KMS" | "SM4";
  /** With `KMS`: the key; the store's default one when absent. */
  readonly keyId?: string | undefined;
  /** With `KMS`: the cipher of the bytes; AES-256 when absent. */
  readonly dataEncryption?: "SM4" | undefined;
}

/** How an object's bytes are encrypted: its payload and all of its blobs in the same way. */
export interface EncryptionRecord {
  /** The id of the key. */
  readonly key: string;
  readonly cipher: "AES256" | "SM4";
}

/** A retention policy (write once, read many). */
export interface WormRecord {
  readonly id: string;
  readonly days: number;
  readonly createdMs: number;
  /** Absent while the policy may still be removed. */
  readonly isLocked?: true;
}

/** Retention of single objects. */
export interface ObjectWormRecord {
  /** How new versions are retained. */
  readonly rule?: DefaultRetention;
}

/** The retention of a version. */
export interface RetentionRecord {
  readonly mode: RetentionMode;
  readonly untilMs: number;
}

/** The bucket's ACL document. */
export interface AclRecord {
  readonly acl: BucketAcl;
}

/** The bucket's policy: the JSON as it was received. */
export interface PolicyRecord {
  readonly policy: string;
}

/** Bytes of a blob: ref in hex, offset, length. */
export type Extent = readonly [ref: string, offset: number, length: number];

/** Bytes of a manifest, and the number of the part that brought them: 0 for an append. */
export type ManifestExtent = readonly [...extent: Extent, part: number];

/** A page of a manifest. */
export interface PageRecord {
  readonly extents: readonly ManifestExtent[];
}

/** Where a long list of extents is: under `x`. */
export interface ManifestRecord {
  /** 16 bytes, hex: the upload's id, or one made for an appendable object. */
  readonly id: string;
  /** Number of this version's bytes that the manifest covers. The rest is its payload. */
  readonly bytes: number;
  /** Offset of the page that the next append extends. */
  readonly lastPage?: number | undefined;
}

/** The restore of an archived object. */
export interface RestoreRecord {
  readonly readyMs: number;
  /** When the readable copy expires. */
  readonly expiresMs: number;
  readonly tier?: string;
}

/**
 * A version of an object, or a delete marker. Header values are binary strings, exactly as
 * received.
 */
export interface ObjectRecord {
  /** 16 bytes, hex: the owner in the references to its blobs. */
  readonly id: string;
  /** Microseconds, strictly growing per key. */
  readonly order: number;
  readonly modifiedMs: number;
  /** Whether it has an id of its own; otherwise it is the key's `null` version. */
  readonly versioned?: true | undefined;
  /**
   * On a head: the {@link VersionPlace} of the key's `null` version, hex; absent unless that is
   * noncurrent.
   */
  readonly nullPlace?: string | undefined;
  readonly deleteMarker?: true | undefined;
  readonly size: number;
  readonly etag: string;
  readonly crc64: string;
  readonly contentMd5?: string | undefined;
  readonly type: "Normal" | "Multipart" | "Appendable" | "Symlink";
  readonly storageClass: StorageClass;
  readonly acl?: ObjectAcl | undefined;
  readonly contentType: string;
  /** The other stored headers, by wire name. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** User metadata without prefix. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  /** Where the bytes are; absent when they are the record's payload. */
  readonly extents?: readonly Extent[] | undefined;
  readonly manifest?: ManifestRecord | undefined;
  /** Absent when the bytes are stored as they are. An encrypted blob belongs to one extent. */
  readonly encryption?: EncryptionRecord | undefined;
  /** Names and values. */
  readonly tags?: readonly (readonly [string, string])[] | undefined;
  /** The key that a symlink points to. */
  readonly symlinkTarget?: string | undefined;
  readonly restore?: RestoreRecord | undefined;
  /** When an appendable object was sealed. */
  readonly sealedMs?: number | undefined;
  readonly retention?: RetentionRecord | undefined;
  /** Whether the version is kept regardless of retentions; absent if that was never set. */
  readonly legalHold?: "ON" | "OFF" | undefined;
  /** The last access that was tracked. */
  readonly accessedMs?: number | undefined;
  /** When lifecycle rules moved it into one of the two coldest classes. */
  readonly transitionedMs?: number | undefined;
}

/** What its commit decides about a version. */
export type ObjectPlace = Pick<
  ObjectRecord,
  "id" | "order" | "modifiedMs" | "versioned" | "nullPlace"
>;

/** A version before its commit gives it a place. */
export type ObjectDescription = Omit<ObjectRecord, keyof ObjectPlace>;

/**
 * Joins description and place. It names every field, because building the record by spreads takes
 * longer than encoding it.
 */
export function placeRecord(
  from: ObjectDescription,
  place: ObjectPlace,
): { readonly [Field in keyof Required<ObjectRecord>]: ObjectRecord[Field] } {
  return {
    id: place.id,
    order: place.order,
    modifiedMs: place.modifiedMs,
    versioned: place.versioned,
    nullPlace: place.nullPlace,
    deleteMarker: from.deleteMarker,
    size: from.size,
    etag: from.etag,
    crc64: from.crc64,
    contentMd5: from.contentMd5,
    type: from.type,
    storageClass: from.storageClass,
    acl: from.acl,
    contentType: from.contentType,
    headers: from.headers,
    metadata: from.metadata,
    extents: from.extents,
    manifest: from.manifest,
    encryption: from.encryption,
    tags: from.tags,
    symlinkTarget: from.symlinkTarget,
    restore: from.restore,
    sealedMs: from.sealedMs,
    retention: from.retention,
    legalHold: from.legalHold,
    accessedMs: from.accessedMs,
    transitionedMs: from.transitionedMs,
  };
}

/** A version that waits to be confirmed. A small body is the record's payload. */
export interface HiddenRecord {
  readonly key: string;
  /** The owner of the version's references, hex. The version keeps this id when it is revealed. */
  readonly id: string;
  readonly sinceMs: number;
  /** Whether revealing the version must not overwrite an existing object of the key. */
  readonly forbidOverwrite?: true;
  readonly object: ObjectDescription;
}

/** A multipart upload: what its object will be. */
export interface UploadRecord extends Pick<
  ObjectRecord,
  | "storageClass"
  | "acl"
  | "contentType"
  | "headers"
  | "metadata"
  | "tags"
  | "encryption"
  | "retention"
  | "legalHold"
> {
  readonly startedMs: number;
  /**
   * Whether parts must arrive in order. The object then gets a Content-MD5, unless a part was
   * copied.
   */
  readonly sequential?: true | undefined;
  /** Set while the upload is being completed. No part can be added or replaced in this time. */
  readonly closingSinceMs?: number | undefined;
}

/** A part of an upload. */
export interface PartRecord {
  /** MD5 of the bytes, upper-case hex. */
  readonly etag: string;
  readonly crc64: string;
  readonly size: number;
  readonly modifiedMs: number;
  readonly extents: readonly Extent[];
  /** That of the upload. */
  readonly encryption?: EncryptionRecord | undefined;
  /**
   * For a sequential upload: the MD5 of all bytes up to the end of this part, and the hash state
   * from which the next part continues, both Base64.
   */
  readonly running?: RunningMd5 | undefined;
}

/** The MD5 of a stream that another request continues. */
export interface RunningMd5 {
  readonly digest: string;
  readonly state: string;
}

/** Which parts of an upload keep their blobs in a purge: none, or those that the object uses. */
export type KeptParts = "none" | "listed";

/** A job. */
export interface JobRecord {
  /** When its wait began; absent in jobs that an earlier version of Ossicle wrote. */
  readonly sinceMs?: number;
  /** Of a delivery: whether the job is the lease of the round that is under way. */
  readonly isLease?: true;
  /** For a purge: which parts keep their blobs. */
  readonly keep?: KeptParts;
  /** For lifecycle rules: how far the run has come. Absent before it begins. */
  readonly progress?: LifecycleProgress;
}

/** Passes of a run over lifecycle rules, in their order. */
export type LifecyclePass = "uploads" | "noncurrent" | "current";

/** How far a run has come. */
export interface LifecycleProgress {
  readonly pass: LifecyclePass;
  /** The key of the record at which it continues, hex; absent at the beginning of the pass. */
  readonly from?: string;
}

/** A record that holds only the time at which it was written. */
export interface SinceRecord {
  readonly sinceMs: number;
}
