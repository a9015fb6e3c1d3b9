// Which requests may go on to the store. Only those with a signature in the header may: a browser
// follows no link with one, so no object can be opened as a page of the admin listener's origin.
// The store itself verifies the signature.
import { algorithmV4, OssError } from "@ossicle/protocol";
import type { AdminKeys } from "./require-signature.ts";
import type { MayForward } from "./forward-to-store.ts";

const needsSignature = {
  status: 403,
  line: "requests below /store need a V4 signature in the Authorization header",
} as const;

const needsNoPolicy = {
  status: 403,
  line: "a temporary key with a policy may not use /store: the store would see this host's address",
} as const;

/** Makes the decision. */
export function mayForwardBy(accounts: AdminKeys["accounts"]): MayForward {
  return async ({ headers }) => {
    const { authorization = "" } = headers;
    if (!authorization.startsWith(`${algorithmV4} `)) return needsSignature;
    const token = headers["x-oss-security-token"];
    if (typeof token !== "string") return undefined;
    const accessKeyId = /\bCredential=([^/,\s]+)/.exec(authorization)?.[1] ?? "";
    try {
      const key = await accounts.find(accessKeyId, token);
      return key?.session?.policy === undefined ? undefined : needsNoPolicy;
    } catch (cause) {
      if (cause instanceof OssError) return undefined; // the store refuses it in OSS's form
      throw cause;
    }
  };
}
