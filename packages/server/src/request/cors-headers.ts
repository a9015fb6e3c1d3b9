// The headers that let a page of another origin read an answer: on every answer, errors too, whose
// request fits a rule.
import { encodeFields, type HostRules, preflightAnswer } from "@ossicle/protocol";
import { allow } from "../objects/buckets/cors.ts";
import { lookUp } from "../objects/buckets/look-up.ts";
import type { OperationServices } from "../operations/operation-services.ts";
import type { RequestMessage } from "../http/message.ts";
import { readTarget, type RoutedRequest } from "../http/read-target.ts";
import { readConfig } from "../objects/buckets/bucket-config.ts";

/**
 * On every answer of a bucket whose rules say `ResponseVary`: a cache must not give a page what was
 * answered to something else.
 */
export const varyByOrigin: readonly string[] = ["Vary", "Origin"];

/**
 * Whether the bucket that a request names says `ResponseVary`. Throws nothing: it is asked about
 * requests that have failed.
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

/** Names and values in turn; none for a request without `Origin`, or one that no rule allows. */
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
