// Finds the signer of an upload form. V1 and V4 both sign the policy field's text unchanged.
import { createHmac } from "node:crypto";
import { algorithmV4, OssError, parseTimestampV4, requestTypeV4 } from "@ossicle/protocol";
import type { Accounts } from "../../accounts/accounts.ts";
import type { Identity } from "../../accounts/identity.ts";
import { invalid, mismatch, unknownKey } from "../../authenticate/errors.ts";
import { type AskedBy, identityOf } from "../../authenticate/identity.ts";
import { sameSecret } from "../../authenticate/same-secret.ts";
import { signingKeyOf } from "../../authenticate/signing-key.ts";

/** What the verification of a form needs. */
export interface AccountsOf extends AskedBy {
  /** Finds a key; a temporary key needs its token. Throws the errors of tokens. */
  readonly findKey: Accounts["find"];
}

/** A form that has been verified. */
export interface VerifiedForm {
  readonly identity: Identity;
  /** Base64 JSON; undefined for an anonymous form. */
  readonly policy: string | undefined;
}

type Fields = ReadonlyMap<string, string>;

/**
 * Verifies a form's signature. A form without access key, policy and signature is anonymous. A form
 * with only some of them is an error.
 */
export function verifyForm(fields: Fields, accounts: AccountsOf): Promise<VerifiedForm> {
  const version = fields.get("x-oss-signature-version");
  if (version === algorithmV4) return verifyV4(fields, accounts);
  if (version !== undefined) {
    throw invalid("The signature version is invalid.", {
      name: "x-oss-signature-version",
      value: version,
    });
  }
  return verifyV1(fields, accounts);
}

async function verifyV1(fields: Fields, accounts: AccountsOf): Promise<VerifiedForm> {
  const accessKeyId = fields.get("ossaccesskeyid");
  const policy = fields.get("policy");
  const provided = fields.get("signature");
  if (accessKeyId === undefined && policy === undefined && provided === undefined) {
    return { identity: identityOf(undefined, accounts), policy };
  }
  const id = need(accessKeyId, "accessKeyId", "OSSAccessKeyId");
  const signed = need(policy, "policy", "policy", "0002-00000702");
  const signature = need(provided, "signature", "Signature", "0002-00000703");
  const key = await accounts.findKey(id, fields.get("x-oss-security-token"));
  if (key === undefined) throw unknownKey(id);
  const expected = createHmac("sha1", key.accessKeySecret).update(signed).digest("base64");
  if (!sameSecret(expected, signature)) throw wrong(id, signature, signed);
  return { identity: identityOf(key, accounts), policy: signed };
}

async function verifyV4(fields: Fields, accounts: AccountsOf): Promise<VerifiedForm> {
  const policy = need(fields.get("policy"), "policy", "policy", "0002-00000702");
  const credential = fields.get("x-oss-credential") ?? "";
  const provided = need(
    fields.get("x-oss-signature"),
    "signature",
    "x-oss-signature",
    "0002-00000704",
  );
  const blame = { name: "x-oss-credential", value: credential };
  const parts = credential.split("/");
  const [id = "", date = "", region = "", product = "", type = ""] = parts;
  if (parts.length !== 5 || id === "" || type !== requestTypeV4) {
    throw invalid("The credential is malformed.", blame, "0002-00000710");
  }
  const timestamp = fields.get("x-oss-date") ?? "";
  if (
    parseTimestampV4(timestamp) === undefined ||
    !timestamp.startsWith(date) ||
    date.length !== 8
  ) {
    throw invalid(
      "The sign date is invalid.",
      { name: "x-oss-date", value: timestamp },
      "0002-00000709",
    );
  }
  if (region !== accounts.region || product !== "oss") {
    throw invalid("Invalid signing region or product in credential.", blame, "0002-00000710");
  }
  const key = await accounts.findKey(id, fields.get("x-oss-security-token"));
  if (key === undefined) throw unknownKey(id);
  const signingKey = signingKeyOf(key, { date, region, product });
  const expected = createHmac("sha256", signingKey).update(policy).digest("hex");
  if (!sameSecret(expected, provided)) throw wrong(id, provided, policy);
  return { identity: identityOf(key, accounts), policy };
}

function need(value: string | undefined, what: string, name: string, ec?: string): string {
  if (value !== undefined && value !== "") return value;
  throw invalid(`Post request ${what} is empty.`, { name, value: "" }, ec);
}

function wrong(
  accessKeyId: string,
  provided: string,
  stringToSign: string,
): OssError<"SignatureDoesNotMatch"> {
  return mismatch({ accessKeyId, provided, stringToSign }, "0002-00000705");
}
