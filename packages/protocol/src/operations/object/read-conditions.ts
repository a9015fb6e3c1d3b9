// Options of a read: conditions that must hold, and response headers to replace.
import { text } from "../../codec.ts";
import { type Bindings, header, query } from "../../operation.ts";

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
