// Conditional headers of GetObject, HeadObject and CopyObject: all that are given must hold.
import { OssError } from "./oss-error.ts";

/** The four conditions, as received. */
export interface Conditions {
  readonly ifMatch?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
  readonly ifModifiedSince?: string | undefined;
  readonly ifUnmodifiedSince?: string | undefined;
}

/** The object that the conditions are checked against. */
export interface ConditionSubject {
  readonly etag: string;
  readonly lastModified: Date;
}

/** Throws PreconditionFailed or NotModified when a condition does not hold. */
export function checkConditions(conditions: Conditions, subject: ConditionSubject): void {
  const { ifMatch, ifNoneMatch } = conditions;
  if (ifMatch !== undefined && !matches(ifMatch, subject.etag)) throw failed("If-Match");
  const modifiedAt = Math.floor(subject.lastModified.getTime() / 1_000);
  const unmodifiedSince = seconds(conditions.ifUnmodifiedSince);
  if (unmodifiedSince !== undefined && modifiedAt > unmodifiedSince) {
    throw failed("If-Unmodified-Since");
  }
  if (ifNoneMatch !== undefined && matches(ifNoneMatch, subject.etag)) throw notModified(subject);
  const modifiedSince = seconds(conditions.ifModifiedSince);
  if (modifiedSince !== undefined && modifiedAt <= modifiedSince) throw notModified(subject);
}

function notModified({ etag, lastModified }: ConditionSubject): OssError<"NotModified"> {
  const headers = { ETag: `"${etag}"`, "Last-Modified": lastModified.toUTCString() };
  return new OssError("NotModified", {}, { headers });
}

function failed(condition: string): OssError<"PreconditionFailed"> {
  return new OssError("PreconditionFailed", { Condition: condition });
}

// `*` and lists follow RFC 9110: OSS documents neither (docs/reference/compatibility.md).
function matches(header: string, etag: string): boolean {
  return header
    .split(",")
    .map((candidate) => candidate.trim().replace(/^"|"$/g, ""))
    .some((candidate) => candidate === "*" || candidate.toUpperCase() === etag.toUpperCase());
}

// A date that cannot be read is ignored (integration tests of oss2).
function seconds(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const value = Date.parse(header);
  return Number.isNaN(value) ? undefined : Math.floor(value / 1_000);
}
