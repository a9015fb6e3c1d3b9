// The source of a copy: the object, its version, and conditions on it.
import { text } from "../../codec.ts";
import { type Bindings, header } from "../../operation.ts";

/** A source, and conditions on it; all that are given must hold. */
export interface CopySourceInput {
  /** `/bucket/percent-encoded key`, with `?versionId=` for a version. */
  readonly copySource: string;
  readonly copySourceIfMatch?: string;
  readonly copySourceIfNoneMatch?: string;
  readonly copySourceIfModifiedSince?: string;
  readonly copySourceIfUnmodifiedSince?: string;
}

export const copySource: Bindings<CopySourceInput> = {
  copySource: header("x-oss-copy-source", text),
  copySourceIfMatch: header("x-oss-copy-source-if-match", text),
  copySourceIfNoneMatch: header("x-oss-copy-source-if-none-match", text),
  copySourceIfModifiedSince: header("x-oss-copy-source-if-modified-since", text),
  copySourceIfUnmodifiedSince: header("x-oss-copy-source-if-unmodified-since", text),
};
