// Which requests may go on to the store. Only those with a signature in the header may: a browser
// follows no link with one, so no object can be opened as a page of the admin listener's origin.
// The store itself verifies the signature.
import type { IncomingHttpHeaders } from "node:http";
import { algorithmV4, OssError, parseQuery, splitTarget } from "@ossicle/protocol";
import { isUnlimited } from "../accounts/identity.ts";
import { claimOf } from "../authenticate/authenticate.ts";
import type { AdminKeys } from "./require-signature.ts";
import type { MayForward } from "./forward-to-store.ts";

const needsSignature = {
  status: 403,
  line: "requests below /store need a V4 signature in the Authorization header",
} as const;

const needsOwner = {
  status: 403,
  line:
    "a key of another account or of a user, or a temporary key with a policy, may not use " +
    "/store: the store would see this host's address",
} as const;

/** Makes the decision. */
export function mayForwardBy(accounts: AdminKeys["accounts"]): MayForward {
  return async ({ headers, url = "" }) => {
    const { authorization = "" } = headers;
    if (!authorization.startsWith(`${algorithmV4} `)) return needsSignature;
    const query = parseQuery(splitTarget(url)[1] ?? "");
    const claim = claimOf({ headers: textsOf(headers) }, query);
    try {
      const key = await accounts.find(claim.accessKeyId ?? "", claim.token);
      if (key === undefined) return undefined;
      const isOwners = key.account.id === accounts.owner.id && isUnlimited(key);
      return isOwners ? undefined : needsOwner;
    } catch (cause) {
      if (cause instanceof OssError) return undefined; // the store refuses it in OSS's form
      throw cause;
    }
  };
}

// Node joins repeated headers; only Set-Cookie, which no request has, is a list.
function textsOf(headers: IncomingHttpHeaders): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, value?.toString()]),
  );
}
