// The key that V4 signs with: derived from the secret, for a day, a region and a product.
import { createHmac } from "node:crypto";
import { requestTypeV4, type ScopeV4 } from "@ossicle/protocol";
import { LRUCache } from "lru-cache";
import type { AccessKey } from "../accounts/identity.ts";

/** Most keys kept: an access key uses one a day. */
const maxKept = 1_000;

const signingKeys = new LRUCache<string, Buffer>({ max: maxKept });

/**
 * Derives the key, or takes the one that was derived before: nearly all requests of an access key
 * share it.
 */
export function signingKeyOf(
  { accessKeySecret }: Pick<AccessKey, "accessKeySecret">,
  { date, region, product }: ScopeV4,
): Buffer {
  const scope = [date, region, product, requestTypeV4];
  const name = `${scope.join("/")}/${accessKeySecret}`;
  let key = signingKeys.get(name);
  if (key !== undefined) return key;
  key = Buffer.from(`aliyun_v4${accessKeySecret}`);
  for (const part of scope) key = createHmac("sha256", key).update(part).digest();
  signingKeys.set(name, key);
  return key;
}
