// Lifecycle rules: what a bucket's document holds (PutBucketLifecycle documentation). Dates stay
// texts, because GetBucketLifecycle returns them as they were sent.
import { flag, integer, text } from "./codec.ts";
import { leaf, many, one, shape, type XmlCodec } from "./xml/codec.ts";

/** A tag that an object must have. */
export interface LifecycleTag {
  readonly key: string;
  readonly value: string;
}

/** Objects that a rule does not concern, among those of its prefix. */
export interface LifecycleNot {
  readonly prefix: string;
  readonly tag?: LifecycleTag;
}

/** Narrows a rule. */
export interface LifecycleFilter {
  /** Only larger objects, in bytes. */
  readonly objectSizeGreaterThan?: number;
  /** Only smaller objects, in bytes. */
  readonly objectSizeLessThan?: number;
  readonly not: readonly LifecycleNot[];
}

/** When current versions are removed: exactly one member. */
export interface LifecycleExpiration {
  /** Days after the last modification. */
  readonly days?: number;
  /** Midnight UTC, `2026-01-01T00:00:00.000Z`: for objects that were last modified before it. */
  readonly createdBeforeDate?: string;
  /** An older form, which SDKs still send. */
  readonly date?: string;
  /** Whether a delete marker without other versions is removed. */
  readonly expiredObjectDeleteMarker?: boolean;
}

/** When objects get another storage class. */
export interface LifecycleTransition {
  readonly days?: number;
  readonly createdBeforeDate?: string;
  readonly storageClass: string;
  /** Whether the days count from the last access. */
  readonly isAccessTime?: boolean;
  readonly returnToStdWhenVisit?: boolean;
  readonly allowSmallFile?: boolean;
}

/** When noncurrent versions are removed. */
export interface LifecycleNoncurrentExpiration {
  /** Days after the version became noncurrent. */
  readonly noncurrentDays: number;
}

/** When noncurrent versions get another storage class. */
export interface LifecycleNoncurrentTransition {
  readonly noncurrentDays: number;
  readonly storageClass: string;
  readonly isAccessTime?: boolean;
  readonly returnToStdWhenVisit?: boolean;
  readonly allowSmallFile?: boolean;
}

/** When unfinished multipart uploads are aborted. */
export interface LifecycleAbort {
  readonly days?: number;
  readonly createdBeforeDate?: string;
  readonly date?: string;
}

/** A lifecycle rule. */
export interface LifecycleRule {
  /** At most 255 characters; the store makes one where it is absent. */
  readonly id?: string;
  /** Prefix of the keys; empty for all. */
  readonly prefix: string;
  /** An object must have all of them. */
  readonly tags: readonly LifecycleTag[];
  readonly filter?: LifecycleFilter;
  readonly status: string;
  readonly expiration?: LifecycleExpiration;
  /** An older form of {@link LifecycleExpiration.days}, which counts without `expiration`. */
  readonly days?: number;
  /** An older form of {@link LifecycleExpiration.date}. */
  readonly date?: string;
  readonly transitions: readonly LifecycleTransition[];
  readonly noncurrentVersionExpiration?: LifecycleNoncurrentExpiration;
  readonly noncurrentVersionTransitions: readonly LifecycleNoncurrentTransition[];
  readonly abortMultipartUpload?: LifecycleAbort;
}

/** A bucket's lifecycle rules. */
export interface LifecycleConfiguration {
  readonly rules: readonly LifecycleRule[];
}

const days = leaf(integer(1));
const tag = shape<LifecycleTag>({ key: one("Key", leaf(text)), value: one("Value", leaf(text)) });
const accessMembers = {
  isAccessTime: one("IsAccessTime", leaf(flag)),
  returnToStdWhenVisit: one("ReturnToStdWhenVisit", leaf(flag)),
  allowSmallFile: one("AllowSmallFile", leaf(flag)),
} as const;

/** A rule as an element, in the order of OSS's documentation. */
export const lifecycleRule: XmlCodec<LifecycleRule> = shape<LifecycleRule>({
  id: one("ID", leaf(text)),
  prefix: one("Prefix", leaf(text)),
  tags: many("Tag", tag),
  filter: one(
    "Filter",
    shape<LifecycleFilter>({
      objectSizeGreaterThan: one("ObjectSizeGreaterThan", leaf(integer())),
      objectSizeLessThan: one("ObjectSizeLessThan", leaf(integer())),
      not: many(
        "Not",
        shape<LifecycleNot>({ prefix: one("Prefix", leaf(text)), tag: one("Tag", tag) }),
      ),
    }),
  ),
  status: one("Status", leaf(text)),
  expiration: one(
    "Expiration",
    shape<LifecycleExpiration>({
      days: one("Days", days),
      createdBeforeDate: one("CreatedBeforeDate", leaf(text)),
      date: one("Date", leaf(text)),
      expiredObjectDeleteMarker: one("ExpiredObjectDeleteMarker", leaf(flag)),
    }),
  ),
  days: one("Days", days),
  date: one("Date", leaf(text)),
  transitions: many(
    "Transition",
    shape<LifecycleTransition>({
      days: one("Days", days),
      createdBeforeDate: one("CreatedBeforeDate", leaf(text)),
      storageClass: one("StorageClass", leaf(text)),
      ...accessMembers,
    }),
  ),
  noncurrentVersionExpiration: one(
    "NoncurrentVersionExpiration",
    shape<LifecycleNoncurrentExpiration>({ noncurrentDays: one("NoncurrentDays", days) }),
  ),
  noncurrentVersionTransitions: many(
    "NoncurrentVersionTransition",
    shape<LifecycleNoncurrentTransition>({
      noncurrentDays: one("NoncurrentDays", days),
      storageClass: one("StorageClass", leaf(text)),
      ...accessMembers,
    }),
  ),
  abortMultipartUpload: one(
    "AbortMultipartUpload",
    shape<LifecycleAbort>({
      days: one("Days", days),
      createdBeforeDate: one("CreatedBeforeDate", leaf(text)),
      date: one("Date", leaf(text)),
    }),
  ),
});
