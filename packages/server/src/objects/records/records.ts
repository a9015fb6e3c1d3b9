// What the records of buckets, objects and uploads hold.
import type { BucketAcl, DataRedundancyType, ObjectAcl, StorageClass } from "@ossicle/protocol";

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
  /** For the job that goes on with a deletion after a crash. */
  readonly name: string;
  /** Absent until versioning is first configured. */
  readonly versioning?: "Enabled" | "Suspended";
}

/** The bucket's ACL document. */
export interface AclRecord {
  readonly acl: BucketAcl;
}

/** Bytes of a blob: ref in hex, offset, length. */
export type Extent = readonly [ref: string, offset: number, length: number];

/** Bytes that a part or an append brought to a manifest, and the number of the part. */
export type ManifestExtent = readonly [...extent: Extent, part: number];

/** A page of a manifest. */
export interface PageRecord {
  readonly extents: readonly ManifestExtent[];
}

/** Where a long list of extents is: under `x`. */
export interface ManifestRecord {
  /** 16 bytes, hex: the upload's id, or one made for an appendable object. */
  readonly id: string;
  /** Bytes that this version has there; what it has beyond is its payload. */
  readonly bytes: number;
  /** Offset of the page that the next append goes on with. */
  readonly lastPage?: number | undefined;
}

/** How an archived object is being read again. */
export interface RestoreRecord {
  readonly readyMs: number;
  /** When the readable copy goes. */
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
   * Of a head: the {@link VersionPlace} of the key's `null` version when that is noncurrent, hex.
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
  /** Names and values. */
  readonly tags?: readonly (readonly [string, string])[] | undefined;
  /** The key that a symlink points to. */
  readonly symlinkTarget?: string | undefined;
  readonly restore?: RestoreRecord | undefined;
  /** When an appendable object was sealed. */
  readonly sealedMs?: number | undefined;
}

/** What its commit decides about a version. */
export type ObjectPlace = Pick<
  ObjectRecord,
  "id" | "order" | "modifiedMs" | "versioned" | "nullPlace"
>;

/** A version before its commit gives it a place. */
export type ObjectDescription = Omit<ObjectRecord, keyof ObjectPlace>;

/**
 * Joins the two. Field by field, and every one: a spread that gains fields takes longer than
 * encoding the record.
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
    tags: from.tags,
    symlinkTarget: from.symlinkTarget,
    restore: from.restore,
    sealedMs: from.sealedMs,
  };
}

/** A version that waits to be confirmed. A small body is the record's payload. */
export interface HiddenRecord {
  readonly key: string;
  /** The owner of its references, hex; the version's own id later. */
  readonly id: string;
  readonly sinceMs: number;
  /** Whether it may not overwrite an object that the key has when it is confirmed. */
  readonly forbidOverwrite?: true;
  readonly object: ObjectDescription;
}

/** A multipart upload: what its object will be. */
export interface UploadRecord extends Pick<
  ObjectRecord,
  "storageClass" | "acl" | "contentType" | "headers" | "metadata" | "tags"
> {
  readonly startedMs: number;
  /** Whether parts come in order; then the object gets a Content-MD5. */
  readonly sequential?: true | undefined;
  /** Set while the upload is being completed: no part can come or go. */
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
  /**
   * Of a sequential upload: the MD5 of all bytes up to this part's end, and the state from which it
   * goes on; both Base64.
   */
  readonly running?: RunningMd5 | undefined;
}

/** An MD5 of a stream that goes on in another request. */
export interface RunningMd5 {
  readonly digest: string;
  readonly state: string;
}

/** Which parts of an upload a purge keeps: none, or those that its object uses. */
export type KeptParts = "none" | "listed";

/** A job. */
export interface JobRecord {
  /** Since when it waits; absent from jobs of an earlier version of the store. */
  readonly sinceMs?: number;
  /** Of a delivery: whether the job is the lease of the round that is under way. */
  readonly isLease?: true;
  /** Of a purge. */
  readonly keep?: KeptParts;
}

/** A record that only says since when it has been there. */
export interface SinceRecord {
  readonly sinceMs: number;
}
