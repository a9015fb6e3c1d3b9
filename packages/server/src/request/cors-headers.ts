// The CORS headers of answers. Every answer has them, errors included, if its request matches a
// CORS rule.
import { encodeFields, type HostRules, preflightAnswer } from "@ossicle/protocol";
import { allow } from "../objects/buckets/cors.ts";
import { lookUp } from "../objects/buckets/look-up.ts";
import type { OperationServices } from "../operations/operation-services.ts";
import type { RequestMessage } from "../http/message.ts";
import { readTarget, type RoutedRequest } from "../http/read-target.ts";
import { readConfig } from "../objects/buckets/bucket-config.ts";

/**
 * The header on every answer of a bucket whose rules set `ResponseVary`. Without it, a cache could
 * serve a page an answer that was made for another origin.
 */
export const varyByOrigin: readonly string[] = ["Vary", "Origin"];

/**
 * Whether the CORS rules of a request's bucket set `ResponseVary`. It never throws, because it runs
 * for requests that have already failed.
 */
export async function variesByOrigin(
  services: Pick<OperationServices, "metadata" | "hints">,
  received: RequestMessage,
  hosts: HostRules,
): Promise<boolean> {
  const { readings } = readTarget(received, hosts);
  const name = readings.find(({ reading }) => reading.bucket !== undefined)?.reading.bucket;
  if (name === undefined) return false;
  const found = await lookUp(services, name, undefined, ["vary"]).catch(() => undefined);
  return found?.bucket?.variesByOrigin === true;
}

/**
 * The CORS headers of an answer, as alternating names and values. Empty for a preflight, and for a
 * request without `Origin`. A request that no rule allows gets `Vary` at most.
 */
export async function corsHeaders(
  services: Pick<OperationServices, "metadata" | "hints">,
  { method, headers }: RequestMessage,
  routed: RoutedRequest,
): Promise<readonly string[]> {
  const { origin } = headers;
  if (origin === undefined || method === "OPTIONS") return [];
  const name = routed.readings.find(({ reading }) => reading.bucket !== undefined)?.reading.bucket;
  const { bucket } = name === undefined ? {} : await lookUp(services, name, undefined, []);
  const rules = bucket && (await readConfig(services, bucket, "cors"));
  const answer = rules && allow(rules, { origin, method, headers: [] });
  if (answer === undefined) return rules?.responseVary === true ? varyByOrigin : [];
  return encodeFields(preflightAnswer, answer).headers.flat();
}
