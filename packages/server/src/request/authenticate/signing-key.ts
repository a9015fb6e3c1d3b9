// The key that V4 signs with: derived from the secret, for a day, a region and a product.
import { createHmac } from "node:crypto";
import { requestTypeV4, type ScopeV4 } from "@ossicle/protocol";
import type { AccessKey } from "../../accounts/accounts.ts";

const signingKeys = new WeakMap<AccessKey, { scope: string; key: Buffer }>();

/** Derives the key. It holds for a day, a region and a product; the last one is kept, since nearly all requests share it. */
export function signingKeyOf(key: AccessKey, { date, region, product }: ScopeV4): Buffer {
  const scope = `${date}/${region}/${product}`;
  const kept = signingKeys.get(key);
  if (kept?.scope === scope) return kept.key;
  let step = Buffer.from(`aliyun_v4${key.accessKeySecret}`);
  for (const part of [date, region, product, requestTypeV4]) {
    step = createHmac("sha256", step).update(part).digest();
  }
  signingKeys.set(key, { scope, key: step });
  return step;
}
