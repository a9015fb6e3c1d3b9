// STS accepts a request once: a client that intercepts one must not get a key by sending it again.
import { createHash } from "node:crypto";
import type { MetadataStore } from "@ossicle/store";
import { commitOnce } from "../objects/records/commit.ts";
import { maxRpcSkewMs, RpcError } from "./rpc.ts";
import { nonceRecords } from "../objects/records/key-space.ts";

/** How long a nonce is kept, in milliseconds. After that its request is too old anyway. */
export const nonceMs: number = 2 * maxRpcSkewMs;

/** Uses up an access key's nonce. Throws RpcError SignatureNonceUsed. */
export async function useNonce(
  metadata: MetadataStore,
  { accessKeyId, nonce, nowMs }: { accessKeyId: string; nonce: string; nowMs: number },
): Promise<void> {
  const hash = createHash("sha256")
    .update(JSON.stringify([accessKeyId, nonce]))
    .digest();
  const key = nonceRecords.key(hash.subarray(0, 16));
  const committed = await commitOnce(metadata, {
    checks: [{ key, version: "absent" }],
    puts: [{ key, value: nonceRecords.encode({ sinceMs: nowMs }) }],
    deletes: [],
  });
  if (committed.ok) return;
  throw new RpcError(400, "SignatureNonceUsed", "Specified signature nonce was used already.");
}
