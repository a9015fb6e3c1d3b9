// Signs the policy of an upload form, V1 and V4: both sign the Base64 text exactly as it is in the
// field.
import { utf8ToBinary } from "../bytes.ts";
import type { QueryParameter } from "../query.ts";
import { hmac, type SigningOptions, signTextV4 } from "./sign.ts";
import { algorithmV4, scopeText, timestampV4 } from "./v4.ts";

/** A condition as it is written: a field's exact value, or an operator with its operands. */
export type PostConditionInput =
  | Readonly<Record<string, string>>
  | readonly ["eq" | "starts-with", field: string, value: string]
  | readonly ["in" | "not-in", field: string, values: readonly string[]]
  | readonly ["content-length-range", min: number, max: number];

/** A policy to sign. */
export interface PostPolicyInput {
  readonly expiration: Date;
  readonly conditions: readonly PostConditionInput[];
}

/** The fields that make a form signed: the policy and its signature. */
export async function signPolicy(
  { expiration, conditions }: PostPolicyInput,
  { credentials, version, region, now }: SigningOptions,
): Promise<readonly QueryParameter[]> {
  const token = credentials.securityToken;
  const fields: QueryParameter[] =
    token === undefined ? [] : [{ name: "x-oss-security-token", value: token }];
  if (version === "V1") {
    const policy = encodePolicy(expiration, conditions);
    const signature = btoa(await hmac("SHA-1", utf8ToBinary(credentials.accessKeySecret), policy));
    return [
      ...fields,
      { name: "OSSAccessKeyId", value: credentials.accessKeyId },
      { name: "policy", value: policy },
      { name: "Signature", value: signature },
    ];
  }
  const timestamp = timestampV4(now);
  const scope = { date: timestamp.slice(0, 8), region, product: "oss" };
  fields.push(
    { name: "x-oss-signature-version", value: algorithmV4 },
    { name: "x-oss-credential", value: `${credentials.accessKeyId}/${scopeText(scope)}` },
    { name: "x-oss-date", value: timestamp },
  );
  const bound = fields.map(({ name, value }) => ({ [name]: value }));
  const policy = encodePolicy(expiration, [...conditions, ...bound]);
  const signature = await signTextV4(policy, { secret: credentials.accessKeySecret, scope });
  return [
    ...fields,
    { name: "policy", value: policy },
    { name: "x-oss-signature", value: signature },
  ];
}

function encodePolicy(expiration: Date, conditions: readonly PostConditionInput[]): string {
  const text = JSON.stringify({ expiration: expiration.toISOString(), conditions });
  return btoa(utf8ToBinary(text));
}
