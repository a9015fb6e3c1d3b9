// OptionObject: answers a preflight by the bucket's CORS rules. The object need not exist.
import { OssError, type PreflightAnswer, type PreflightQuestion } from "@ossicle/protocol";
import { allow } from "../../objects/buckets/cors.ts";
import type { BucketContext, Handler } from "../handler.ts";
import { readConfig } from "../../objects/buckets/bucket-config.ts";

/** Answers a preflight. */
export const optionObject: Handler<"optionObject"> = (context, input) =>
  answerPreflight(context, input);

/**
 * Answers a preflight of an object or a bucket. Throws BadRequest if a header is missing, and
 * AccessForbidden if no rule allows the request.
 */
export async function answerPreflight(
  { services, bucket }: BucketContext,
  { origin, requestMethod, requestHeaders = "" }: PreflightQuestion,
): Promise<{ readonly output: PreflightAnswer }> {
  if (origin === undefined) throw insufficient("Origin request header needed.");
  if (requestMethod === undefined) {
    throw insufficient("Access-Control-Request-Method header needed.");
  }
  const rules = await readConfig(services, bucket, "cors");
  const headers = requestHeaders
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  const output = rules && allow(rules, { origin, method: requestMethod, headers });
  if (output === undefined) throw new OssError("AccessForbidden");
  return { output };
}

function insufficient(what: string): OssError<"BadRequest"> {
  return new OssError("BadRequest", {}, { message: `Insufficient information. ${what}` });
}
