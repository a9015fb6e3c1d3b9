// `x-oss-expiration`: when lifecycle rules remove an object (GetObject and HeadObject
// documentation).
import { percentEncode, utf8ToBinary } from "@ossicle/protocol";
import { readConfig } from "../../objects/buckets/bucket-config.ts";
import { expiryOf } from "../../objects/versions/judge-version.ts";
import type { BucketContext } from "../handler.ts";
import type { Readable } from "./readable-version.ts";
import type { Wanted } from "./require-version.ts";

/** When the current version of a key is removed; nothing where no rule does that. */
export async function shownExpiration(
  { services, bucket }: Pick<BucketContext, "services" | "bucket">,
  { key, versionId }: Wanted,
  { named }: Pick<Readable, "named">,
): Promise<{ readonly expiration?: string }> {
  if (bucket.gate.hasExpiration !== true || versionId !== undefined) return {};
  const { rules = [] } = (await readConfig(services, bucket, "lifecycle")) ?? {};
  const expiry = expiryOf(rules, { key, record: named, sinceMs: named.modifiedMs });
  if (expiry === undefined) return {};
  const date = new Date(expiry.atMs).toUTCString();
  return { expiration: `expiry-date="${date}", rule-id="${inHeader(expiry.ruleId)}"` };
}

// A rule's id may have characters that a quoted text in a header cannot have.
function inHeader(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) && !/["%\\]/.test(text)
    ? text
    : percentEncode(utf8ToBinary(text));
}
