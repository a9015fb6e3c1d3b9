// The headers that a read returns: those of the writer, and the store's own.
import { entityTag, httpDate, integer, oneOf, text } from "../../codec.ts";
import { type Bindings, header } from "../../operation.ts";
import { encryptionHeaders, type ServerSideEncryption } from "./encryption-headers.ts";
import {
  type ObjectHeaders,
  objectHeaders,
  type StorageClass,
  storageClass,
} from "./object-headers.ts";
import { type ObjectRetention, retentionHeaders } from "./retention-headers.ts";

/** What the store says about an object. */
export interface ObjectFacts extends ObjectHeaders, ServerSideEncryption, ObjectRetention {
  /** Size of the body in bytes; for a range, of the bytes that are sent. */
  readonly contentLength: number;
  /** Entity tag, upper-case hex without quotes. */
  readonly etag: string;
  readonly lastModified: Date;
  /** Base64 MD5 of the content; only for objects written in one piece. */
  readonly contentMd5?: string;
  /** CRC-64/XZ of the whole object, unsigned decimal. */
  readonly hashCrc64?: string;
  readonly objectType: "Normal" | "Multipart" | "Appendable" | "Symlink";
  readonly storageClass: StorageClass;
  /** Only in buckets that have ever been versioned. */
  readonly versionId?: string;
  /** Where the next append has to begin; only for appendable objects. */
  readonly nextAppendPosition?: number;
  /** When an appendable object was sealed. */
  readonly sealedTime?: Date;
  /** How many tags the object has; absent without any. */
  readonly taggingCount?: number;
  /**
   * `ongoing-request="true"`, or `"false"` with an expiry date: of archived objects that are or
   * were restored.
   */
  readonly restore?: string;
  /**
   * When a lifecycle rule removes the object: `expiry-date="DATE", rule-id="ID"`. Only in answers
   * about a current version.
   */
  readonly expiration?: string;
  /** When lifecycle rules moved the object into ColdArchive or DeepColdArchive. */
  readonly transitionTime?: Date;
  /** `bytes`. Absent for a processed image, which has no ranges. */
  readonly acceptRanges?: string;
}

export const objectFacts: Bindings<ObjectFacts> = {
  ...objectHeaders,
  ...encryptionHeaders,
  ...retentionHeaders,
  contentLength: header("Content-Length", integer()),
  etag: header("ETag", entityTag),
  lastModified: header("Last-Modified", httpDate),
  contentMd5: header("Content-MD5", text),
  hashCrc64: header("x-oss-hash-crc64ecma", text),
  objectType: header("x-oss-object-type", oneOf("Normal", "Multipart", "Appendable", "Symlink")),
  storageClass: header("x-oss-storage-class", storageClass),
  versionId: header("x-oss-version-id", text),
  nextAppendPosition: header("x-oss-next-append-position", integer()),
  sealedTime: header("x-oss-sealed-time", httpDate),
  taggingCount: header("x-oss-tagging-count", integer()),
  restore: header("x-oss-restore", text),
  expiration: header("x-oss-expiration", text),
  transitionTime: header("x-oss-transition-time", httpDate),
  acceptRanges: header("Accept-Ranges", text),
};
