// Policies are stored as texts. Each text is parsed once, because requests under the same policy
// follow one another.
import { parseBucketPolicy, parsePolicy, type Policy } from "@ossicle/protocol";
import { LRUCache } from "lru-cache";

/** Most policies that are kept parsed. */
const maxPolicies = 512;

const ofBuckets = new LRUCache<string, Policy>({ max: maxPolicies });
const ofUsers = new LRUCache<string, Policy>({ max: maxPolicies });

/** A bucket's stored policy. */
export function parsedBucketPolicy(text: string): Policy {
  return parsed(ofBuckets, text, parseBucketPolicy);
}

/** A stored policy of a user or a group. */
export function parsedPolicy(text: string): Policy {
  return parsed(ofUsers, text, parsePolicy);
}

function parsed(
  kept: LRUCache<string, Policy>,
  text: string,
  parse: (text: string) => Policy,
): Policy {
  const known = kept.get(text);
  if (known !== undefined) return known;
  const policy = parse(text);
  kept.set(text, policy);
  return policy;
}
