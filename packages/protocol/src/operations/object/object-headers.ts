// The headers that a writer gives an object: stored with it by every write, answered by every read.
import { type Codec, oneOf, text } from "../../codec.ts";
import { type Binding, type Bindings, header, userMetadata } from "../../operation.ts";

/** How an object is kept. */
export type StorageClass = "Standard" | "IA" | "Archive" | "ColdArchive" | "DeepColdArchive";

export const storageClass: Codec<StorageClass> = oneOf(
  "Standard",
  "IA",
  "Archive",
  "ColdArchive",
  "DeepColdArchive",
);

/** The header that gives a new object its class. */
export const storageClassHeader: Binding<StorageClass> = header(
  "x-oss-storage-class",
  storageClass,
);

/** The headers that a writer gives an object. Reads return them unchanged. */
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

/** Names an object and, if given, one of its versions. */
export interface ObjectVersion {
  readonly bucket: string;
  readonly key: string;
  /** A version; the current one when absent. */
  readonly versionId?: string;
}
