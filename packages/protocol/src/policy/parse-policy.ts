// Parses access policies in RAM's JSON: statements that allow or deny actions on resources, under
// conditions. The parser is strict: it refuses unknown members, operators and keys.
import { type AddressTest, parseAddressTest } from "./network.ts";

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
  /** The values of `IpAddress`, read. */
  readonly networks?: readonly AddressTest[];
}

/** Patterns with `*` and `?`. With `negated`, a statement applies to what no pattern matches. */
export interface PolicyPatterns {
  readonly patterns: readonly string[];
  readonly negated: boolean;
}

/** A statement. */
export interface PolicyStatement {
  readonly effect: PolicyEffect;
  readonly actions: PolicyPatterns;
  readonly resources: PolicyPatterns;
  /** The senders to which a statement of a bucket policy applies; absent in other policies. */
  readonly principals?: PolicyPatterns;
  readonly conditions: readonly PolicyCondition[];
}

/** A policy. */
export interface Policy {
  readonly statements: readonly PolicyStatement[];
  /** Whether a condition tests the tags of the object, which must be read for it. */
  readonly testsTags: boolean;
}

/** The text is not a valid policy. */
export class PolicyError extends Error {
  override readonly name: string = "PolicyError";
  /** OSS's error-cause number for this mistake in a bucket policy. */
  readonly ec: string;

  constructor(message: string, { ec = "0030-00000005", cause }: PolicyErrorOptions = {}) {
    super(message, { cause });
    this.ec = ec;
  }
}

interface PolicyErrorOptions {
  readonly ec?: string;
  readonly cause?: unknown;
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
 * Condition keys for which a server supplies facts, in lower case (OSS documentation, authorization
 * syntax and elements). A private store has no VPC, so `acs:SourceVpc` is always empty.
 */
const policyKeys: ReadonlySet<string> = new Set([
  "acs:sourceip",
  "acs:sourcevpc",
  "acs:useragent",
  "acs:currenttime",
  "acs:securetransport",
  "acs:accessid",
  "oss:prefix",
  "oss:delimiter",
  "oss:x-oss-acl",
  "oss:x-oss-object-acl",
]);

/** A condition key that ends in the key of a tag of the object, in lower case. */
export const existingTagPrefix = "oss:existingobjecttag/";

function isKnownKey(key: string): boolean {
  const name = key.toLowerCase();
  return policyKeys.has(name) || (name.startsWith(existingTagPrefix) && name !== existingTagPrefix);
}

/** Reads a policy of a user or of a session. Throws PolicyError. */
export function parsePolicy(text: string): Policy {
  return readPolicy(text, readStatement);
}

/** Longest bucket policy in bytes (EC 0030-00000001). */
export const maxBucketPolicyBytes = 16_384;

/** Longest text in a bucket policy in bytes (EC 0030-00000003). */
const maxItemBytes = 4_095;

/**
 * Reads a bucket policy, whose statements name principals. A statement without one applies to every
 * sender (integration test of the Python SDK V2). Throws PolicyError.
 */
export function parseBucketPolicy(text: string): Policy {
  return readPolicy(text, readBucketStatement);
}

function readPolicy(text: string, read: (value: unknown) => PolicyStatement): Policy {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (cause) {
    throw new PolicyError("the policy is not JSON", { cause });
  }
  const fields = record(document, "the policy");
  only(fields, ["Version", "Statement"]);
  if (fields["Version"] !== "1") {
    const isText = typeof fields["Version"] === "string";
    throw new PolicyError('Version must be "1"', isText ? { ec: "0030-00000002" } : {});
  }
  const { Statement: statement } = fields as { readonly Statement?: unknown };
  const list = Array.isArray(statement) ? (statement as readonly unknown[]) : [statement];
  if (statement === undefined || list.length === 0 || list.length > maxStatements) {
    throw new PolicyError(`a policy must have 1 to ${maxStatements} statements`);
  }
  const statements = list.map((one) => read(one));
  boundWildcards(statements);
  const testsTags = statements.some(({ conditions }) =>
    conditions.some(({ key }) => key.toLowerCase().startsWith(existingTagPrefix)),
  );
  return { statements, testsTags };
}

/**
 * Most characters of a policy's runs with `?`. A run is what lies between two `*`; it is compared
 * at every place of a text. The limit is ours: it bounds the time of a decision.
 */
const maxWildRuns = 256;

function boundWildcards(statements: readonly PolicyStatement[]): void {
  const runs = statements
    .flatMap(({ actions, resources, principals, conditions }) => [
      ...actions.patterns,
      ...resources.patterns,
      ...(principals?.patterns ?? []),
      ...conditions.flatMap(({ values }) => values),
    ])
    .flatMap((pattern) => pattern.split("*"))
    .filter((run) => run.includes("?"));
  const length = runs.reduce((sum, run) => sum + run.length, 0);
  if (length > maxWildRuns) {
    throw new PolicyError(
      `the parts of patterns with ? have more than ${maxWildRuns} characters in total`,
    );
  }
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
  if (stray !== undefined) throw new PolicyError(`unknown member ${shown(stray)}`);
}

const statementMembers = [
  "Sid",
  "Effect",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Condition",
] as const;

function readBucketStatement(value: unknown): PolicyStatement {
  const fields = record(value, "a statement");
  only(fields, [...statementMembers, "Principal", "NotPrincipal"]);
  const { Principal: _one, NotPrincipal: _none, ...rest } = fields;
  const statement = readStatement(rest);
  const values = statement.conditions.flatMap((condition) => condition.values);
  checkItems([...statement.actions.patterns, ...statement.resources.patterns, ...values]);
  refuseDoubleStars([...statement.resources.patterns, ...values]);
  return { ...statement, principals: readPrincipals(fields) };
}

// An empty list means every sender, too (bucket policy documentation).
function readPrincipals(fields: Fields): PolicyPatterns {
  const isEmpty = (name: string): boolean =>
    fields[name] === undefined || (Array.isArray(fields[name]) && fields[name].length === 0);
  if (isEmpty("Principal") && isEmpty("NotPrincipal")) return { patterns: ["*"], negated: false };
  const read = patterns(fields, "Principal");
  checkItems(read.patterns);
  return read;
}

function checkItems(items: readonly string[]): void {
  const encoder = new TextEncoder();
  if (items.every((item) => encoder.encode(item).length <= maxItemBytes)) return;
  const ec = "0030-00000003";
  throw new PolicyError(`a text of the policy is longer than ${maxItemBytes} bytes`, { ec });
}

function refuseDoubleStars(items: readonly string[]): void {
  const wrong = items.find((item) => item.includes("**"));
  if (wrong === undefined) return;
  throw new PolicyError(`${shown(wrong)} has two * in a row`, { ec: "0030-00000007" });
}

/** Longest text from a policy in a message. */
const maxShown = 60;

// As JSON, because a text may have control characters.
function shown(text: string): string {
  return JSON.stringify(text.slice(0, maxShown));
}

function readStatement(value: unknown): PolicyStatement {
  const fields = record(value, "a statement");
  only(fields, statementMembers);
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

function patterns(fields: Fields, name: "Action" | "Resource" | "Principal"): PolicyPatterns {
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
    if (!policyOperators.has(operator))
      throw new PolicyError(`unknown operator ${shown(operator)}`);
    return Object.entries(record(keys, operator)).map(([key, given]) => {
      if (!isKnownKey(key)) throw new PolicyError(`unknown key ${shown(key)}`);
      const list = (Array.isArray(given) ? (given as readonly unknown[]) : [given]).map(plainText);
      if (list.length === 0) throw new PolicyError(`${shown(key)} has no value`);
      for (const value of list) checkValue(operator, value);
      const networks = operator.includes("IpAddress") ? list.map(readAddressTest) : undefined;
      return { operator, key, values: list, ...(networks === undefined ? {} : { networks }) };
    });
  });
}

// A malformed value would match nothing, and a Deny with it would never apply.
function checkValue(operator: string, value: string): void {
  const isValid =
    !operator.startsWith("Numeric") || (value.trim() !== "" && !Number.isNaN(Number(value)));
  const isTime = /^\d{4}-\d{2}-\d{2}T[\d:.]+(?:Z|[+-]\d{2}:\d{2})$/.test(value);
  const isDate = !operator.startsWith("Date") || (isTime && !Number.isNaN(Date.parse(value)));
  const isBool = operator !== "Bool" || /^(?:true|false)$/i.test(value);
  if (isValid && isDate && isBool) return;
  throw new PolicyError(`${shown(value)} is not a valid value for ${operator}`);
}

function readAddressTest(text: string): AddressTest {
  const found = parseAddressTest(text);
  if (found !== undefined) return found;
  throw new PolicyError(`${shown(text)} is neither an IP address nor a network`);
}

function plainText(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw new PolicyError("a condition's value must be a string, a number or a boolean");
}
