// Whether a bucket policy lets everyone in. The rules are those of OSS's page "Block public
// access".
import {
  parseNetwork,
  type Policy,
  type PolicyCondition,
  type PolicyStatement,
} from "@ossicle/protocol";

/** Whether a statement of the policy is public. */
export function isPublicPolicy({ statements }: Policy): boolean {
  return statements.some(isPublicStatement);
}

/**
 * Whether a statement allows something to everyone: its principals have a wildcard, and no
 * condition limits the senders to fixed networks or keys.
 */
export function isPublicStatement({ effect, principals, conditions }: PolicyStatement): boolean {
  if (effect === "Deny") return false;
  const isFixed =
    principals?.negated === false && principals.patterns.every((pattern) => !hasWildcard(pattern));
  return !isFixed && !conditions.some(limitsSenders);
}

const fixingOperators: ReadonlySet<string> = new Set([
  "StringEquals",
  "StringEqualsIgnoreCase",
  "StringLike",
]);

/** Shortest prefix of a network that is not public, in bits. */
const leastPrefixBits = { 32: 8, 128: 32 } as const;

// A negated operator names those that are kept out, so it fixes nothing.
function limitsSenders({ operator, key, values }: PolicyCondition): boolean {
  switch (key.toLowerCase()) {
    case "acs:sourceip":
      return operator === "IpAddress" && values.every(isSmallNetwork);
    case "acs:accessid":
    case "acs:sourcevpc":
      // An absent fact counts as an empty text.
      return (
        fixingOperators.has(operator) &&
        values.every((value) => value !== "" && !hasWildcard(value))
      );
    default:
      return false;
  }
}

function isSmallNetwork(text: string): boolean {
  const network = parseNetwork(text);
  return network !== undefined && network.bits >= leastPrefixBits[network.width];
}

function hasWildcard(pattern: string): boolean {
  return pattern.includes("*") || pattern.includes("?");
}
