// The headers that let a page of another origin read an answer: on every answer, errors too, whose request fits a rule.
import { encodeFields, preflightAnswer } from "@ossicle/protocol";
import { readConfig } from "../objects/bucket-config.ts";
import { allow } from "../objects/cors.ts";
import { lookUp } from "../objects/look-up.ts";
import type { Services } from "../services.ts";
import type { RequestMessage } from "./message.ts";
import type { RoutedRequest } from "./route.ts";

/** Names and values in turn; none for a request without `Origin`, or one that no rule allows. */
export async function corsHeaders(
  services: Pick<Services, "metadata" | "hints">,
  { method, headers }: RequestMessage,
  routed: RoutedRequest,
): Promise<readonly string[]> {
  const { origin } = headers;
  if (origin === undefined || method === "OPTIONS") return [];
  const name = routed.readings.find(({ reading }) => reading.bucket !== undefined)?.reading.bucket;
  const { bucket } =
    name === undefined ? {} : await lookUp(services, name, undefined, { acl: true });
  const rules = bucket && (await readConfig(services, bucket, "cors"));
  const answer = rules && allow(rules, { origin, method, headers: [] });
  return answer === undefined ? [] : encodeFields(preflightAnswer, answer).headers.flat();
}
