// Tells whether a request carries its signature in its URL.
import { type QueryParameter, queryValue } from "@ossicle/protocol";

/** Whether a query has a signature, right or wrong. */
export function isSignedInUrl(query: readonly QueryParameter[]): boolean {
  return ["x-oss-signature-version", "OSSAccessKeyId", "Signature"].some(
    (name) => queryValue(query, name) !== undefined,
  );
}
