// The headers that describe an object: stored with it by every write, answered by every read.
import { entityTag, httpDate, integer, oneOf, text, type Codec } from "../../codec.ts";
import { type Bindings, header, query, userMetadata } from "../../operation.ts";

/** How an object is kept. */
export type StorageClass = "Standard" | "IA" | "Archive" | "ColdArchive" | "DeepColdArchive";

export const storageClass: Codec<StorageClass> = oneOf(
  "Standard",
  "IA",
  "Archive",
  "ColdArchive",
  "DeepColdArchive",
);

/** What the writer says about an object; answered verbatim. */
export interface ObjectHeaders {
  /** The object's media type; `application/octet-stream` when absent. */
  readonly contentType?: string;
  readonly cacheControl?: string;
  readonly contentDisposition?: string;
  readonly contentEncoding?: string;
  readonly contentLanguage?: string;
  /** Any text: OSS does not parse it (Java SDK tests store `2015-10-01 00:00:00`). */
  readonly expires?: string;
  /** User metadata without its `x-oss-meta-` prefix; at most 8 KB of names and values. */
  readonly metadata?: Readonly<Record<string, string>>;
}

export const objectHeaders: Bindings<ObjectHeaders> = {
  contentType: header("Content-Type", text),
  cacheControl: header("Cache-Control", text),
  contentDisposition: header("Content-Disposition", text),
  contentEncoding: header("Content-Encoding", text),
  contentLanguage: header("Content-Language", text),
  expires: header("Expires", text),
  metadata: userMetadata(),
};

/** What the store says about an object. */
export interface ObjectFacts extends ObjectHeaders {
  /** Size of the body in bytes; of the part that is sent, for a range. */
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
  /** `bytes`. */
  readonly acceptRanges: string;
}

export const objectFacts: Bindings<ObjectFacts> = {
  ...objectHeaders,
  contentLength: header("Content-Length", integer()),
  etag: header("ETag", entityTag),
  lastModified: header("Last-Modified", httpDate),
  contentMd5: header("Content-MD5", text),
  hashCrc64: header("x-oss-hash-crc64ecma", text),
  objectType: header("x-oss-object-type", oneOf("Normal", "Multipart", "Appendable", "Symlink")),
  storageClass: header("x-oss-storage-class", storageClass),
  versionId: header("x-oss-version-id", text),
  acceptRanges: header("Accept-Ranges", text),
};

/** Conditions on the object that is read; all that are given must hold. */
export interface ReadConditions {
  /** Answers 412 unless the object has this entity tag. */
  readonly ifMatch?: string;
  /** Answers 304 if the object has this entity tag. */
  readonly ifNoneMatch?: string;
  /** Answers 304 unless the object is newer. An unreadable date is ignored. */
  readonly ifModifiedSince?: string;
  /** Answers 412 if the object is newer. An unreadable date is ignored. */
  readonly ifUnmodifiedSince?: string;
}

export const readConditions: Bindings<ReadConditions> = {
  ifMatch: header("If-Match", text),
  ifNoneMatch: header("If-None-Match", text),
  ifModifiedSince: header("If-Modified-Since", text),
  ifUnmodifiedSince: header("If-Unmodified-Since", text),
};

/** Response headers that a signed request may replace. */
export interface ResponseOverrides {
  readonly responseContentType?: string;
  readonly responseContentLanguage?: string;
  readonly responseExpires?: string;
  readonly responseCacheControl?: string;
  readonly responseContentDisposition?: string;
  readonly responseContentEncoding?: string;
}

export const responseOverrides: Bindings<ResponseOverrides> = {
  responseContentType: query("response-content-type", text),
  responseContentLanguage: query("response-content-language", text),
  responseExpires: query("response-expires", text),
  responseCacheControl: query("response-cache-control", text),
  responseContentDisposition: query("response-content-disposition", text),
  responseContentEncoding: query("response-content-encoding", text),
};

/** Names the object whose version is asked for. */
export interface ObjectVersion {
  readonly bucket: string;
  readonly key: string;
  /** A version; the current one when absent. */
  readonly versionId?: string;
}
