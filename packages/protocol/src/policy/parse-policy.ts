// Parses access policies in RAM's JSON: statements that allow or deny actions on resources, under
// conditions. The parser is strict: it refuses unknown members, operators and keys.

/** What a statement decides. */
export type PolicyEffect = "Allow" | "Deny";

/**
 * A condition: an operator, a key, and values. One value must match; with a `Not` operator, none
 * may.
 */
export interface PolicyCondition {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

/** A statement. */
export interface PolicyStatement {
  readonly effect: PolicyEffect;
  /**
   * Patterns with `*` and `?`. With `negated`, the statement applies to what no pattern matches.
   */
  readonly actions: { readonly patterns: readonly string[]; readonly negated: boolean };
  readonly resources: { readonly patterns: readonly string[]; readonly negated: boolean };
  readonly conditions: readonly PolicyCondition[];
}

/** A policy. */
export interface Policy {
  readonly statements: readonly PolicyStatement[];
}

/** The text is not a valid policy. */
export class PolicyError extends Error {
  override readonly name: string = "PolicyError";
}

/**
 * Most statements of a policy. OSS documents no such limit; its limit on a policy's length takes
 * effect earlier.
 */
const maxStatements = 100;

/** Condition operators (RAM documentation, policy elements). */
export const policyOperators: ReadonlySet<string> = new Set(
  (
    "StringEquals StringNotEquals StringEqualsIgnoreCase StringNotEqualsIgnoreCase " +
    "StringLike StringNotLike " +
    "NumericEquals NumericNotEquals NumericLessThan NumericLessThanEquals " +
    "NumericGreaterThan NumericGreaterThanEquals " +
    "DateEquals DateNotEquals DateLessThan DateLessThanEquals " +
    "DateGreaterThan DateGreaterThanEquals " +
    "Bool IpAddress NotIpAddress"
  ).split(" "),
);

/**
 * Condition keys for which a server supplies facts, in lower case (OSS documentation, RAM policy
 * conditions).
 */
const policyKeys: ReadonlySet<string> = new Set([
  "acs:sourceip",
  "acs:useragent",
  "acs:currenttime",
  "acs:securetransport",
  "oss:prefix",
  "oss:delimiter",
]);

/** Reads a policy. Throws PolicyError. */
export function parsePolicy(text: string): Policy {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (cause) {
    throw new PolicyError("the policy is not JSON", { cause });
  }
  const fields = record(document, "the policy");
  only(fields, ["Version", "Statement"]);
  if (fields["Version"] !== "1") throw new PolicyError('Version must be "1"');
  const { Statement: statement } = fields as { readonly Statement?: unknown };
  const list = Array.isArray(statement) ? (statement as readonly unknown[]) : [statement];
  if (statement === undefined || list.length === 0 || list.length > maxStatements) {
    throw new PolicyError(`a policy must have 1 to ${maxStatements} statements`);
  }
  return { statements: list.map(readStatement) };
}

type Fields = Readonly<Record<string, unknown>>;

function record(value: unknown, what: string): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new PolicyError(`${what} must be an object`);
  }
  return value as Fields;
}

function only(fields: Fields, known: readonly string[]): void {
  const stray = Object.keys(fields).find((name) => !known.includes(name));
  if (stray !== undefined) throw new PolicyError(`unknown member ${stray}`);
}

function readStatement(value: unknown): PolicyStatement {
  const fields = record(value, "a statement");
  only(fields, ["Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"]);
  const { Effect: effect } = fields as { readonly Effect?: unknown };
  if (effect !== "Allow" && effect !== "Deny")
    throw new PolicyError("Effect must be Allow or Deny");
  return {
    effect,
    actions: patterns(fields, "Action"),
    resources: patterns(fields, "Resource"),
    conditions: readConditions(fields["Condition"]),
  };
}

function patterns(fields: Fields, name: "Action" | "Resource"): PolicyStatement["actions"] {
  const [positive, negative] = [fields[name], fields[`Not${name}`]];
  if ((positive === undefined) === (negative === undefined)) {
    throw new PolicyError(`a statement must have either ${name} or Not${name}`);
  }
  return { patterns: texts(positive ?? negative, name), negated: positive === undefined };
}

function texts(value: unknown, what: string): readonly string[] {
  const list = Array.isArray(value) ? (value as readonly unknown[]) : [value];
  const words = list.filter((one) => typeof one === "string");
  if (words.length === 0 || words.length < list.length) {
    throw new PolicyError(`${what} must be a string or a list of strings`);
  }
  return words;
}

function readConditions(value: unknown): readonly PolicyCondition[] {
  if (value === undefined) return [];
  return Object.entries(record(value, "Condition")).flatMap(([operator, keys]) => {
    if (!policyOperators.has(operator)) throw new PolicyError(`unknown operator ${operator}`);
    return Object.entries(record(keys, operator)).map(([key, given]) => {
      if (!policyKeys.has(key.toLowerCase())) throw new PolicyError(`unknown key ${key}`);
      const list = (Array.isArray(given) ? (given as readonly unknown[]) : [given]).map(plainText);
      if (/IpAddress/.test(operator)) list.forEach(checkNetwork);
      return { operator, key, values: list };
    });
  });
}

// A malformed network would match no address, and a Deny with it would never apply.
function checkNetwork(text: string): void {
  const isV4 = /^(?:\d{1,3}\.){3}\d{1,3}(?:\/(?:[12]?\d|3[0-2]))?$/.test(text);
  if (!isV4 && !/^[0-9a-f:.]*:[0-9a-f:.]*$/i.test(text)) {
    throw new PolicyError(`${text} is neither an IPv4 address or network nor an IPv6 address`);
  }
}

function plainText(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw new PolicyError("a condition's value must be a string, a number or a boolean");
}
