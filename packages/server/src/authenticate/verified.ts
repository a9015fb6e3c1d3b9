// The input and the result of verifying a signature.
import type { QueryParameter } from "@ossicle/protocol";
import type { AccessKey } from "../accounts/identity.ts";

/** The input of a verification. */
export interface AuthenticationContext {
  readonly method: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly query: readonly QueryParameter[];
  readonly rawQuery: string;
  /** The resource of each reading, likeliest first. */
  readonly resources: readonly [string, ...string[]];
  /** The key of the id that the signature claims. */
  readonly findKey: (accessKeyId: string) => AccessKey | undefined;
  readonly region: string;
  readonly nowMs: number;
}

/** A valid signature. */
export interface Verified {
  readonly key: AccessKey;
  /** Index of the reading whose resource was signed. */
  readonly reading: number;
}
