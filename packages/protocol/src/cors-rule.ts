// Finds the CORS rule of a bucket that a request meets. Servers decide by it, and consoles explain.
import type { CorsRule } from "./operations/bucket/put-bucket-cors.ts";

/** A request of a page of another origin. */
export interface CorsQuestion {
  readonly origin: string;
  readonly method: string;
  /** Names of the request's headers; only a preflight has them. */
  readonly headers: readonly string[];
}

/** The first rule that allows a request; undefined when none does. */
export function corsRuleFor(
  rules: readonly CorsRule[],
  question: CorsQuestion,
): CorsRule | undefined {
  return rules.find((one) => fits(one, question));
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
