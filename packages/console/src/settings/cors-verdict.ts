// Says which CORS rule a request meets, and why the others do not fit.
import { type CorsMethod, type CorsQuestion, type CorsRule, corsRuleFor } from "@ossicle/protocol";

/** What in a rule does not fit a request. */
export type CorsMismatch = "origin" | "method" | "headers";

/** What the rules make of a request. */
export interface CorsVerdict {
  /** Position of the rule that allows it; undefined when none does. */
  readonly rule: number | undefined;
  /** For each rule before it, or for all of them: the parts that do not fit. */
  readonly mismatches: readonly (readonly CorsMismatch[])[];
}

/** Judges a request as the store does: the first rule that fits decides. */
export function corsVerdict(rules: readonly CorsRule[], question: CorsQuestion): CorsVerdict {
  const asked = { ...question, headers: lowered(question.headers) };
  // The store keeps the names of headers in lower case.
  const kept = rules.map((one) => ({ ...one, allowedHeaders: lowered(one.allowedHeaders) }));
  const found = corsRuleFor(kept, asked);
  const rule = found === undefined ? undefined : kept.findIndex((one) => one === found);
  return { rule, mismatches: kept.slice(0, rule).map((one) => mismatchesOf(one, asked)) };
}

function mismatchesOf(rule: CorsRule, question: CorsQuestion): readonly CorsMismatch[] {
  // A rule that differs from one that fits in a single part.
  const fits = (part: Partial<CorsRule>): boolean => {
    const allowedMethods = methods.filter((one) => one === question.method);
    const open = { allowedOrigins: ["*"], allowedMethods, allowedHeaders: ["*"] };
    return corsRuleFor([{ ...open, exposeHeaders: [], ...part }], question) !== undefined;
  };
  const { allowedOrigins, allowedMethods, allowedHeaders } = rule;
  return [
    ...(fits({ allowedOrigins }) ? [] : ["origin" as const]),
    ...(fits({ allowedMethods }) ? [] : ["method" as const]),
    ...(fits({ allowedHeaders }) ? [] : ["headers" as const]),
  ];
}

const methods: readonly CorsMethod[] = ["GET", "PUT", "POST", "DELETE", "HEAD"];

function lowered(names: readonly string[]): readonly string[] {
  return names.map((name) => name.toLowerCase());
}
