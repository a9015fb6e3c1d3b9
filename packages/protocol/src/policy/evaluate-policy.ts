// Evaluates a policy for a request. An explicit Deny takes precedence, and a request that no
// statement allows is denied.
import type { Policy, PolicyCondition, PolicyStatement } from "./parse-policy.ts";

/** The request for which a policy is evaluated. */
export interface PolicyQuestion {
  /** For example `oss:GetObject`. */
  readonly action: string;
  /** For example `acs:oss:cn-hangzhou:1234567890123456:bucket/key`. */
  readonly resource: string;
  /** Facts about the request by condition key, for example `acs:SourceIp`. */
  readonly facts: Readonly<Record<string, string | undefined>>;
}

/** Whether a policy allows a request. */
export function isAllowed(policy: Policy, question: PolicyQuestion): boolean {
  const fitting = policy.statements.filter((statement) => applies(statement, question));
  if (fitting.some(({ effect }) => effect === "Deny")) return false;
  return fitting.some(({ effect }) => effect === "Allow");
}

function applies(
  { actions, resources, conditions }: PolicyStatement,
  { action, resource, facts }: PolicyQuestion,
): boolean {
  const named = (list: PolicyStatement["actions"], text: string, ignoreCase: boolean): boolean =>
    list.patterns.some((pattern) => matches(pattern, text, ignoreCase)) !== list.negated;
  return (
    named(actions, action, true) &&
    named(resources, resource, false) &&
    conditions.every((condition) => holds(condition, facts))
  );
}

function holds(condition: PolicyCondition, facts: PolicyQuestion["facts"]): boolean {
  const fact = Object.entries(facts).find(
    ([name]) => name.toLowerCase() === condition.key.toLowerCase(),
  )?.[1];
  const negated = /Not/.test(condition.operator);
  if (fact === undefined) return negated; // an absent fact equals nothing
  const operator = condition.operator.replace("Not", "");
  return condition.values.some((value) => compare(operator, fact, value)) !== negated;
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
    case "IpAddress":
      return inNetwork(fact, value);
    default:
      return operator.startsWith("Numeric")
        ? inOrder(operator.slice("Numeric".length), Number(fact), Number(value))
        : inOrder(operator.slice("Date".length), Date.parse(fact), Date.parse(value));
  }
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

// Compares an IPv4 address with an address or a network. Any other text, such as an IPv6 address,
// must be equal.
function inNetwork(address: string, network: string): boolean {
  const [base = "", bits] = network.split("/", 2);
  const [left, right] = [ipv4(address), ipv4(base)];
  if (left === undefined || right === undefined) return address === network;
  const length = bits === undefined ? 32 : Number(bits);
  if (!(length >= 0 && length <= 32)) return false;
  const size = 2 ** (32 - length);
  return Math.floor(left / size) === Math.floor(right / size);
}

function ipv4(text: string): number | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (match === null) return undefined;
  const bytes = match.slice(1).map(Number);
  return bytes.every((byte) => byte < 256)
    ? bytes.reduce((sum, byte) => sum * 256 + byte, 0)
    : undefined;
}
