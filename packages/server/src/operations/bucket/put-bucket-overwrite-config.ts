// PutBucketOverwriteConfig: checks the rules and stores them. The gate records it, so that uploads
// to other buckets do not read them.
import { randomUUID } from "node:crypto";
import { OssError, type OverwriteRule, shownValue } from "@ossicle/protocol";
import { writeConfig } from "../../objects/buckets/bucket-config.ts";
import type { Handler } from "../handler.ts";
import { malformedDocument } from "./malformed-document.ts";

/** Most rules, and longest prefix and suffix (PutBucketOverwriteConfig documentation). */
const limits = { rules: 100, affix: 1_023 } as const;

/** Stores rules about overwriting. */
export const putBucketOverwriteConfig: Handler<"putBucketOverwriteConfig"> = async (
  { services, bucket },
  { rules: given = [] },
) => {
  if (given.length === 0) throw malformedDocument("The document has no rule.");
  if (given.length > limits.rules) throw malformedDocument("The document has too many rules.");
  const rules = given.map(checked);
  if (new Set(rules.map(({ id }) => id)).size < rules.length) {
    throw malformedDocument("Two rules have the same ID.");
  }
  const gate = { hasOverwriteRules: true } as const;
  await writeConfig(services, bucket, { name: "overwrite-rules", value: { rules }, gate });
  return { output: {} };
};

function checked(rule: Partial<OverwriteRule>): OverwriteRule {
  const { id, action, prefix, suffix, principals } = rule;
  if (action !== "forbid") throw malformedDocument("The action of a rule must be forbid.");
  for (const [name, affix = ""] of [
    ["Prefix", prefix],
    ["Suffix", suffix],
  ] as const) {
    if (Buffer.byteLength(affix) <= limits.affix) continue;
    throw new OssError("InvalidArgument", { ArgumentName: name, ArgumentValue: shownValue(affix) });
  }
  return {
    id: id || randomUUID(),
    action,
    ...(prefix === undefined ? {} : { prefix }),
    ...(suffix === undefined ? {} : { suffix }),
    ...(principals === undefined || principals.principal.length === 0 ? {} : { principals }),
  };
}
