// `x-oss-expiration`: when lifecycle rules remove an object
// (docs/reference/protocol/bucket-settings.md, lifecycle).
import { percentEncode, utf8ToBinary } from "@ossicle/protocol";
import { readConfig } from "../../objects/buckets/bucket-config.ts";
import { expiryOf } from "../../objects/versions/judge-version.ts";
import { isProtected } from "../../objects/versions/retention.ts";
import type { BucketContext } from "../handler.ts";
import type { Readable } from "./readable-version.ts";
import type { Wanted } from "./require-version.ts";

/** The last time that a date in a header can tell: its year has four digits. */
const lastDateMs = Date.UTC(9999, 11, 31);

/** When the current version of a key is removed; nothing where no rule does that. */
export async function shownExpiration(
  { services, bucket }: Pick<BucketContext, "services" | "bucket">,
  { key, versionId }: Wanted,
  { named }: Pick<Readable, "named">,
): Promise<{ readonly expiration?: string }> {
  if (bucket.gate.hasExpiration !== true || versionId !== undefined) return {};
  const { rules = [] } = (await readConfig(services, bucket, "lifecycle")) ?? {};
  const version = { key, record: named, sinceMs: named.modifiedMs };
  const expiry = expiryOf(rules, version, services.clock());
  if (expiry === undefined || expiry.atMs > lastDateMs) return {};
  // In a bucket with versions, a delete marker is added, which no retention forbids.
  const isVersioned = bucket.gate.versioning !== undefined;
  if (!isVersioned && isProtected(bucket.gate, named, { nowMs: expiry.atMs })) return {};
  const date = new Date(expiry.atMs).toUTCString();
  return { expiration: `expiry-date="${date}", rule-id="${encodeRuleId(expiry.ruleId)}"` };
}

// A rule's id may have characters that a quoted text in a header cannot have.
function encodeRuleId(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) && !/["%\\]/.test(text)
    ? text
    : percentEncode(utf8ToBinary(text));
}
