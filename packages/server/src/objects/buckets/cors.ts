// What a bucket's CORS rules allow a request from another origin.
import {
  type CorsConfiguration,
  type CorsQuestion,
  corsRuleFor,
  type PreflightAnswer,
} from "@ossicle/protocol";

/** What the first rule that fits allows; undefined when none does. */
export function allow(
  { rules, responseVary }: CorsConfiguration,
  question: CorsQuestion,
): PreflightAnswer | undefined {
  const rule = corsRuleFor(rules, question);
  if (rule === undefined) return undefined;
  const isForAll = rule.allowedOrigins.includes("*");
  return {
    allowOrigin: isForAll ? "*" : question.origin,
    allowMethods: rule.allowedMethods.join(", "),
    ...(question.headers.length === 0 ? {} : { allowHeaders: question.headers.join(", ") }),
    ...(rule.exposeHeaders.length === 0 ? {} : { exposeHeaders: rule.exposeHeaders.join(", ") }),
    ...(rule.maxAgeSeconds === undefined ? {} : { maxAge: String(rule.maxAgeSeconds) }),
    // A cache must not give one origin's answer to another.
    ...(isForAll && responseVary !== true ? {} : { vary: "Origin" }),
  };
}
