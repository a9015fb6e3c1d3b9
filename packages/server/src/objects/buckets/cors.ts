// Finds the CORS rule of a bucket that allows a request from another origin.
import type { CorsConfiguration, CorsRule, PreflightAnswer } from "@ossicle/protocol";

/** A request of a page of another origin. */
export interface CorsQuestion {
  readonly origin: string;
  readonly method: string;
  /** Names of the request's headers; only a preflight has them. */
  readonly headers: readonly string[];
}

/** What the first rule that fits allows; undefined when none does. */
export function allow(
  { rules, responseVary }: CorsConfiguration,
  question: CorsQuestion,
): PreflightAnswer | undefined {
  const rule = rules.find((one) => fits(one, question));
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

function fits(rule: CorsRule, { origin, method, headers }: CorsQuestion): boolean {
  return (
    rule.allowedOrigins.some((pattern) => matches(pattern, origin)) &&
    rule.allowedMethods.some((allowed) => allowed === method) &&
    headers.every((name) =>
      rule.allowedHeaders.some((pattern) => matches(pattern, name.toLowerCase())),
    )
  );
}

// A pattern has at most one `*`, which matches any text.
function matches(pattern: string, text: string): boolean {
  const star = pattern.indexOf("*");
  if (star < 0) return pattern === text;
  const [before, after] = [pattern.slice(0, star), pattern.slice(star + 1)];
  return (
    text.length >= before.length + after.length && text.startsWith(before) && text.endsWith(after)
  );
}
