// Evaluates policies for a request. An explicit Deny takes precedence, and a request that no
// statement allows is denied.
import { isAddressIn } from "./network.ts";
import type {
  Policy,
  PolicyCondition,
  PolicyEffect,
  PolicyPatterns,
  PolicyStatement,
} from "./parse-policy.ts";

/** The request for which a policy is evaluated. */
export interface PolicyQuestion {
  /** For example `oss:GetObject`. */
  readonly action: string;
  /** For example `acs:oss:cn-hangzhou:1234567890123456:bucket/key`. */
  readonly resource: string;
  /**
   * What a bucket policy may call the sender: its account's id, its user's id, the ARN of its
   * session. Empty for an anonymous sender, which only `*` names.
   */
  readonly principals?: readonly string[];
  /**
   * A fact about the request by condition key, as the policy spells it, for example `acs:SourceIp`;
   * undefined where the request has none.
   */
  readonly fact: (key: string) => string | undefined;
}

/** The effect of policies on a request, and the statement that decides. */
export type PolicyDecision =
  | {
      readonly effect: PolicyEffect;
      /** The index of the policy, and that of its statement. */
      readonly policy: number;
      readonly statement: number;
    }
  | undefined;

/**
 * Evaluates several policies together: an explicit Deny of one takes precedence over every Allow.
 * Undefined where no statement applies.
 */
export function decide(policies: readonly Policy[], question: PolicyQuestion): PolicyDecision {
  let allowed: PolicyDecision;
  for (const [policy, { statements }] of policies.entries()) {
    for (const [index, statement] of statements.entries()) {
      if (statement.effect === "Allow" && allowed !== undefined) continue;
      if (!applies(statement, question)) continue;
      const decision = { effect: statement.effect, policy, statement: index };
      if (statement.effect === "Deny") return decision;
      allowed = decision;
    }
  }
  return allowed;
}

/** Whether a policy allows a request. */
export function isAllowed(policy: Policy, question: PolicyQuestion): boolean {
  return decide([policy], question)?.effect === "Allow";
}

function applies(statement: PolicyStatement, question: PolicyQuestion): boolean {
  const { actions, resources, principals, conditions } = statement;
  const named = (list: PolicyPatterns, text: string, ignoreCase: boolean): boolean =>
    list.patterns.some((pattern) => matches(pattern, text, ignoreCase)) !== list.negated;
  return (
    named(actions, question.action, true) &&
    named(resources, question.resource, false) &&
    (principals === undefined || isNamed(principals, question.principals ?? [])) &&
    conditions.every((condition) => holds(condition, question.fact))
  );
}

function isNamed({ patterns, negated }: PolicyPatterns, principals: readonly string[]): boolean {
  const isOne = (pattern: string): boolean =>
    pattern === "*" || principals.some((name) => matches(pattern, name, false));
  return patterns.some(isOne) !== negated;
}

function holds(
  { key, operator, values, networks }: PolicyCondition,
  fact: PolicyQuestion["fact"],
): boolean {
  // An absent fact counts as an empty text: a policy can require `acs:SourceVpc` to be absent
  // (bucket policy documentation, scenarios 6 and 11).
  const found = fact(key) ?? "";
  const negated = /Not/.test(operator);
  if (networks !== undefined) return networks.some((one) => isAddressIn(found, one)) !== negated;
  const relation = operator.replace("Not", "");
  return values.some((value) => compare(relation, found, value)) !== negated;
}

function compare(operator: string, fact: string, value: string): boolean {
  switch (operator) {
    case "StringEquals":
      return fact === value;
    case "StringEqualsIgnoreCase":
      return fact.toLowerCase() === value.toLowerCase();
    case "StringLike":
      return matches(value, fact, false);
    case "Bool":
      return fact.toLowerCase() === value.toLowerCase();
    default:
      return operator.startsWith("Numeric")
        ? inOrder(operator.slice("Numeric".length), numberOf(fact), numberOf(value))
        : inOrder(operator.slice("Date".length), Date.parse(fact), Date.parse(value));
  }
}

// `Number` reads an empty text as 0.
function numberOf(text: string): number {
  return text.trim() === "" ? Number.NaN : Number(text);
}

function inOrder(relation: string, left: number, right: number): boolean {
  if (Number.isNaN(left) || Number.isNaN(right)) return false;
  switch (relation) {
    case "Equals":
      return left === right;
    case "LessThan":
      return left < right;
    case "LessThanEquals":
      return left <= right;
    case "GreaterThan":
      return left > right;
    default:
      return left >= right;
  }
}

/**
 * Whether a text matches a pattern of `*` and `?`. The text between two stars is searched once,
 * without backtracking, because patterns are untrusted.
 */
export function matches(pattern: string, text: string, ignoreCase: boolean): boolean {
  const [want, have] = ignoreCase ? [pattern.toLowerCase(), text.toLowerCase()] : [pattern, text];
  const runs = want.split("*");
  const first = runs.shift() ?? "";
  const last = runs.pop();
  if (last === undefined) return have.length === first.length && fitsAt(first, have, 0);
  const end = have.length - last.length;
  if (end < first.length || !fitsAt(first, have, 0) || !fitsAt(last, have, end)) return false;
  let at = first.length;
  for (const run of runs) {
    const found = findRun(run, have, at);
    if (found === undefined) return false;
    at = found + run.length;
  }
  return at <= end;
}

function findRun(run: string, have: string, from: number): number | undefined {
  if (!run.includes("?")) {
    const found = have.indexOf(run, from);
    return found < 0 ? undefined : found;
  }
  for (let at = from; at <= have.length - run.length; at += 1) if (fitsAt(run, have, at)) return at;
  return undefined;
}

function fitsAt(run: string, have: string, from: number): boolean {
  if (!run.includes("?")) return have.startsWith(run, from);
  for (let at = 0; at < run.length; at += 1) {
    if (run[at] !== "?" && run[at] !== have[from + at]) return false;
  }
  return true;
}
