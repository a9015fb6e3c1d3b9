// Policies against an evaluator that was written independently, with regular expressions and with
// Node's own block lists; then the grammar of bucket policies.
import { BlockList, isIP } from "node:net";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decide, type PolicyQuestion } from "./evaluate-policy.ts";
import { isAddressIn, parseAddressTest } from "./network.ts";
import { parseBucketPolicy, PolicyError, parsePolicy } from "./parse-policy.ts";

interface Statement {
  readonly Effect: "Allow" | "Deny";
  readonly Action?: readonly string[];
  readonly NotAction?: readonly string[];
  readonly Resource?: readonly string[];
  readonly NotResource?: readonly string[];
  readonly Principal?: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

interface Request {
  readonly action: string;
  readonly resource: string;
  readonly principals: readonly string[];
  readonly facts: Readonly<Record<string, string>>;
}

function regexOf(pattern: string, flags: string): RegExp {
  const escaped = pattern.replaceAll(/[.+^${}()|[\]\\/-]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", "[^]*").replaceAll("?", "[^]")}$`, flags);
}

function some(patterns: readonly string[], text: string, flags = ""): boolean {
  return patterns.some((pattern) => regexOf(pattern, flags).test(text));
}

const plain: Readonly<Record<string, (fact: string, value: string) => boolean>> = {
  StringEquals: (fact, value) => fact === value,
  StringEqualsIgnoreCase: (fact, value) => fact.toUpperCase() === value.toUpperCase(),
  StringLike: (fact, value) => some([value], fact),
  NumericEquals: (fact, value) => Number.parseFloat(fact) === Number.parseFloat(value),
  NumericLessThan: (fact, value) => Number.parseFloat(fact) < Number.parseFloat(value),
  NumericGreaterThanEquals: (fact, value) => Number.parseFloat(fact) >= Number.parseFloat(value),
  Bool: (fact, value) => fact === value,
  IpAddress: (fact, value) => {
    const [address = "", bits] = value.split("/");
    const family = isIP(address) === 6 ? "ipv6" : "ipv4";
    const list = new BlockList();
    list.addSubnet(
      address,
      bits === undefined ? (family === "ipv6" ? 128 : 32) : Number(bits),
      family,
    );
    const isSameFamily = isIP(fact) === isIP(address);
    return isSameFamily && list.check(fact, family);
  },
};

function conditionHolds(operator: string, values: readonly string[], fact: string): boolean {
  const compare = plain[operator];
  if (compare !== undefined) return values.some((value) => compare(fact, value));
  return !conditionHolds(operator.replace("Not", ""), values, fact);
}

function fits(statement: Statement, { action, resource, principals, facts }: Request): boolean {
  const { Action, NotAction, Resource, NotResource, Principal, Condition = {} } = statement;
  if (Action !== undefined && !some(Action, action, "i")) return false;
  if (NotAction !== undefined && some(NotAction, action, "i")) return false;
  if (Resource !== undefined && !some(Resource, resource)) return false;
  if (NotResource !== undefined && some(NotResource, resource)) return false;
  const isNamed = Principal === undefined || Principal.includes("*");
  if (!isNamed && !principals.some((name) => some(Principal ?? [], name))) return false;
  for (const [operator, keys] of Object.entries(Condition)) {
    for (const [key, values] of Object.entries(keys)) {
      if (!conditionHolds(operator, values, facts[key] ?? "")) return false;
    }
  }
  return true;
}

function expected(statements: readonly Statement[], request: Request): string | undefined {
  const effects = statements.filter((one) => fits(one, request)).map(({ Effect }) => Effect);
  return effects.includes("Deny") ? "Deny" : effects[0];
}

const word = fc.constantFrom("a", "b", "A", ".", "*", "?", "/", "x.y");
const pattern = fc.array(word, { minLength: 1, maxLength: 5 }).map((words) => words.join(""));
const literal = fc
  .array(fc.constantFrom("a", "b", "A", ".", "/", "x.y"), { minLength: 1, maxLength: 5 })
  .map((words) => words.join(""));
const address = fc.oneof(fc.ipV4(), fc.ipV6());
const network = fc.oneof(
  fc.tuple(fc.ipV4(), fc.nat(32)).map(([base, bits]) => `${base}/${bits}`),
  fc.tuple(fc.ipV6(), fc.nat(128)).map(([base, bits]) => `${base}/${bits}`),
  address,
);
const condition = fc.oneof(
  fc.tuple(
    fc.constantFrom("StringEquals", "StringNotEquals", "StringLike", "StringNotLike"),
    fc.constantFrom("acs:UserAgent", "oss:Prefix"),
    fc.array(pattern, { minLength: 1, maxLength: 3 }),
  ),
  fc.tuple(
    fc.constantFrom("IpAddress", "NotIpAddress"),
    fc.constant("acs:SourceIp"),
    fc.array(network, { minLength: 1, maxLength: 3 }),
  ),
  fc.tuple(
    fc.constantFrom("NumericLessThan", "NumericGreaterThanEquals", "NumericNotEquals"),
    fc.constant("oss:Delimiter"),
    fc.array(fc.nat(5).map(String), { minLength: 1, maxLength: 2 }),
  ),
);
const statement: fc.Arbitrary<Statement> = fc
  .record({
    Effect: fc.constantFrom("Allow" as const, "Deny" as const),
    patterns: fc.array(pattern, { minLength: 1, maxLength: 3 }),
    names: fc.array(pattern, { minLength: 1, maxLength: 3 }),
    areNegated: fc.tuple(fc.boolean(), fc.boolean()),
    Principal: fc.option(
      fc.array(fc.constantFrom("*", "1", "22", "arn:sts::1:*"), { minLength: 1 }),
      {
        nil: undefined,
      },
    ),
    conditions: fc.array(condition, { maxLength: 2 }),
  })
  .map(
    ({ Effect, patterns, names, areNegated: [notAction, notResource], Principal, conditions }) => ({
      Effect,
      ...(notAction ? { NotAction: patterns } : { Action: patterns }),
      ...(notResource ? { NotResource: names } : { Resource: names }),
      ...(Principal === undefined ? {} : { Principal }),
      Condition: Object.fromEntries(
        conditions.map(([operator, key, values]) => [operator, { [key]: values }]),
      ),
    }),
  );
const request: fc.Arbitrary<Request> = fc.record({
  action: literal,
  resource: literal,
  principals: fc.subarray(["1", "22", "arn:sts::1:assumed-role/r/s"]),
  facts: fc.record(
    {
      "acs:UserAgent": literal,
      "oss:Prefix": literal,
      "oss:Delimiter": fc.nat(5).map(String),
      "acs:SourceIp": address,
    },
    { requiredKeys: [] },
  ),
});

function questionOf({ facts, ...rest }: Request): PolicyQuestion {
  return { ...rest, fact: (key) => facts[key] };
}

test("a decision is that of an independent evaluator", () => {
  let decided = 0;
  fc.assert(
    fc.property(
      fc.array(statement, { minLength: 1, maxLength: 4 }),
      request,
      (statements, asked) => {
        const hasDouble = JSON.stringify(statements).includes("**");
        fc.pre(!hasDouble); // bucket policies refuse two stars in a row
        const policy = parseBucketPolicy(JSON.stringify({ Version: "1", Statement: statements }));
        const decision = decide([policy], questionOf(asked));
        expect(decision?.effect).toBe(expected(statements, asked));
        if (decision === undefined) return;
        decided += 1;
        // The statement that is named is one that decides.
        const named = statements[decision.statement];
        expect(named?.Effect).toBe(decision.effect);
        expect(named !== undefined && fits(named, asked)).toBe(true);
      },
    ),
    { numRuns: 3_000 },
  );
  expect(decided).toBeGreaterThan(100);
});

function passes(address: string, wanted: string): boolean {
  const parsed = parseAddressTest(wanted);
  return parsed !== undefined && isAddressIn(address, parsed);
}

test("an address is in a network when Node's block list has it", () => {
  let inside = 0;
  fc.assert(
    fc.property(address, network, (one, wanted) => {
      const isIn = passes(one, wanted);
      expect(isIn).toBe(plain["IpAddress"]?.(one, wanted));
      if (isIn) inside += 1;
      expect(passes(one, one)).toBe(true);
    }),
    { numRuns: 2_000 },
  );
  expect(inside).toBeGreaterThan(10);
});

describe("a bucket policy", () => {
  const statementOf = (more: object): string =>
    JSON.stringify({
      Version: "1",
      Statement: [{ Effect: "Allow", Action: "oss:*", Resource: "*", ...more }],
    });
  const conditionOf = (operator: string, key: string, value: unknown): string =>
    statementOf({ Condition: { [operator]: { [key]: value } } });
  const principalsOf = (text: string): unknown => parseBucketPolicy(text).statements[0]?.principals;

  test("without a principal, or with an empty list, is for every sender", () => {
    const everyone = { patterns: ["*"], negated: false };
    expect(principalsOf(statementOf({}))).toEqual(everyone);
    expect(principalsOf(statementOf({ Principal: [] }))).toEqual(everyone);
    expect(principalsOf(statementOf({ NotPrincipal: ["1"] }))).toEqual({
      patterns: ["1"],
      negated: true,
    });
  });

  test("compares an address with a pattern of bytes", () => {
    expect(passes("101.7.8.100", "101.*.*.100")).toBe(true);
    expect(passes("101.7.8.101", "101.*.*.100")).toBe(false);
    expect(passes("::ffff:10.1.2.3", "10.0.0.0/8")).toBe(true);
    expect(passes("", "0.0.0.0/0")).toBe(false);
  });

  test("counts an absent fact as an empty text", () => {
    const text = statementOf({ Condition: { StringLike: { "acs:SourceVpc": ["*"] } } });
    const question = { action: "oss:GetObject", resource: "r", fact: () => undefined };
    expect(decide([parseBucketPolicy(text)], question)?.effect).toBe("Allow");
  });

  test.each([
    ["a version that is a number", statementOf({}).replace('"1"', "1"), "0030-00000005"],
    ["another version", statementOf({}).replace('"1"', '"2"'), "0030-00000002"],
    ["two stars in a row", statementOf({ Resource: "a/**" }), "0030-00000007"],
    ["a text that is too long", statementOf({ Resource: "a".repeat(4_096) }), "0030-00000003"],
    ["an object as its principal", statementOf({ Principal: { RAM: ["1"] } }), "0030-00000005"],
    ["no JSON", "{unnormal-policy-text}", "0030-00000005"],
    [
      "a key that no server knows",
      statementOf({ Condition: { StringEquals: { "oss:RequestObjectTag/a": "b" } } }),
      "0030-00000005",
    ],
    ["a byte over 255", conditionOf("IpAddress", "acs:SourceIp", "300.*.*.1"), "0030-00000005"],
    ["no network", conditionOf("IpAddress", "acs:SourceIp", []), "0030-00000005"],
    [
      "a time without a zone",
      conditionOf("DateLessThan", "acs:CurrentTime", "2026-01-01T00:00:00"),
      "0030-00000005",
    ],
    ["a word for a number", conditionOf("NumericLessThan", "oss:Prefix", "x"), "0030-00000005"],
    ["another truth", conditionOf("Bool", "acs:SecureTransport", "yes"), "0030-00000005"],
    ["long runs with ?", statementOf({ Resource: `*${"?".repeat(300)}*` }), "0030-00000005"],
  ])("with %s is refused", (_what, text, ec) => {
    let refusal: unknown;
    try {
      parseBucketPolicy(text);
    } catch (cause) {
      refusal = cause;
    }
    expect(refusal).toBeInstanceOf(PolicyError);
    expect(refusal).toMatchObject({ ec });
  });

  test("has principals, which other policies do not have", () => {
    expect(() => parsePolicy(statementOf({ Principal: ["1"] }))).toThrow(/Principal/);
  });
});
