// Access policies in RAM's JSON: statements that allow or deny actions on resources, under
// conditions. Read strictly: what is not understood is refused, never passed over.

/** What a statement decides. */
export type PolicyEffect = "Allow" | "Deny";

/** A condition: an operator, a key, and values of which one must fit. */
export interface PolicyCondition {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

/** A statement. */
export interface PolicyStatement {
  readonly effect: PolicyEffect;
  /** Patterns with `*` and `?`; with `negated`, all others. */
  readonly actions: { readonly patterns: readonly string[]; readonly negated: boolean };
  readonly resources: { readonly patterns: readonly string[]; readonly negated: boolean };
  readonly conditions: readonly PolicyCondition[];
}

/** A policy. */
export interface Policy {
  readonly statements: readonly PolicyStatement[];
}

/** The text is no policy. */
export class PolicyError extends Error {
  override readonly name: string = "PolicyError";
}

/** Most statements of a policy. OSS documents no limit: its length bounds it before that. */
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
 * Condition keys whose facts a server has, in lower case (OSS documentation, RAM policy
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
    throw new PolicyError(`there must be 1 to ${maxStatements} statements`);
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
  if (stray !== undefined) throw new PolicyError(`${stray} is not known`);
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
    throw new PolicyError(`there must be one of ${name} and Not${name}`);
  }
  return { patterns: texts(positive ?? negative, name), negated: positive === undefined };
}

function texts(value: unknown, what: string): readonly string[] {
  const list = Array.isArray(value) ? (value as readonly unknown[]) : [value];
  const words = list.filter((one) => typeof one === "string");
  if (words.length === 0 || words.length < list.length) {
    throw new PolicyError(`${what} must be a text or a list of texts`);
  }
  return words;
}

function readConditions(value: unknown): readonly PolicyCondition[] {
  if (value === undefined) return [];
  return Object.entries(record(value, "Condition")).flatMap(([operator, keys]) => {
    if (!policyOperators.has(operator)) throw new PolicyError(`${operator} is not known`);
    return Object.entries(record(keys, operator)).map(([key, given]) => {
      if (!policyKeys.has(key.toLowerCase())) throw new PolicyError(`${key} is not known`);
      const list = (Array.isArray(given) ? (given as readonly unknown[]) : [given]).map(plainText);
      if (/IpAddress/.test(operator)) list.forEach(checkNetwork);
      return { operator, key, values: list };
    });
  });
}

// A network that could never fit would make a Deny pass over what it was meant for.
function checkNetwork(text: string): void {
  const isV4 = /^(?:\d{1,3}\.){3}\d{1,3}(?:\/(?:[12]?\d|3[0-2]))?$/.test(text);
  if (!isV4 && !/^[0-9a-f:.]*:[0-9a-f:.]*$/i.test(text)) {
    throw new PolicyError(`${text} is no IPv4 address or network and no IPv6 address`);
  }
}

function plainText(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw new PolicyError("a condition's value must be a text, a number or a boolean");
}
