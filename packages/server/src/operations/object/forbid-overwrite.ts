// Whether a write must not overwrite an object: because the request says so, or a rule of the
// bucket (PutBucketOverwriteConfig documentation).
import { matches, type OverwriteRule } from "@ossicle/protocol";
import { readConfig } from "../../objects/buckets/bucket-config.ts";
import type { WriteOptions } from "../../objects/versions/new-object.ts";
import { refuseOverwriting } from "../../objects/versions/write-object.ts";
import type { BucketContext } from "../handler.ts";

/** The write's guard; undefined when it may overwrite. */
export async function overwriteGuard(
  { services, bucket, identity }: Pick<BucketContext, "services" | "bucket" | "identity">,
  { key, forbidOverwrite }: { readonly key: string; readonly forbidOverwrite?: boolean },
): Promise<WriteOptions["guard"]> {
  if (forbidOverwrite === true) return refuseOverwriting;
  if (bucket.gate.hasOverwriteRules !== true) return undefined;
  const { rules = [] } = (await readConfig(services, bucket, "overwrite-rules")) ?? {};
  const sender =
    identity.kind === "account" ? (identity.user?.id ?? identity.account.id) : "anonymous";
  return rules.some((rule) => applies(rule, key, sender)) ? refuseOverwriting : undefined;
}

function applies(
  { prefix = "", suffix = "", principals }: OverwriteRule,
  key: string,
  sender: string,
): boolean {
  if (!key.startsWith(prefix) || !key.endsWith(suffix)) return false;
  return (
    principals === undefined || principals.principal.some((one) => matches(one, sender, false))
  );
}
