// Where callbacks may go. A word allows a kind of address, and a CIDR allows a network. All other
// addresses are refused. The policy checks addresses and never names, so neither rebinding nor an
// unusual spelling circumvents it.
import ipaddr from "ipaddr.js";

/** Decides about addresses. */
export interface TargetPolicy {
  /** As it was configured, for start-up messages. */
  readonly description: string;
  readonly allows: (address: string) => boolean;
}

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Rule = (address: Address) => boolean;

// Link-local addresses are in neither list: most cloud metadata services have one, and only an
// explicit CIDR allows it.
const publicRanges: ReadonlySet<string> = new Set(["unicast"]);
const privateRanges: ReadonlySet<string> = new Set([
  "loopback",
  "private",
  "uniqueLocal",
  "carrierGradeNat",
]);

/**
 * Reads `public`, `private` and CIDRs, separated by commas. Returns undefined for anything else.
 */
export function parseTargetPolicy(text: string): TargetPolicy | undefined {
  const rules: Rule[] = [];
  for (const word of text.split(",").map((part) => part.trim())) {
    const rule = parseRule(word);
    if (rule === undefined) return undefined;
    rules.push(rule);
  }
  return {
    description: text,
    allows: (address) => {
      const parsed = normalise(address);
      return parsed !== undefined && rules.some((rule) => rule(parsed));
    },
  };
}

// Metadata services outside the link-local ranges. They return credentials. Only a CIDR that names
// them allows them. The list holds those of Alibaba Cloud, AWS (machines and EKS, over IPv6),
// Google and Oracle (over IPv6), and Azure's WireServer, whose address counts as public.
const metadataServices: ReadonlySet<string> = new Set([
  "100.100.100.200",
  "fd00:ec2::254",
  "fd00:ec2::23",
  "fd20:ce::254",
  "fd00:c1::a9fe:a9fe",
  "168.63.129.16",
]);

function parseRule(word: string): Rule | undefined {
  if (word === "public") {
    return (address) =>
      publicRanges.has(address.range()) && !metadataServices.has(address.toString());
  }
  if (word === "private") {
    return (address) =>
      privateRanges.has(address.range()) && !metadataServices.has(address.toString());
  }
  try {
    const [network, bits] = ipaddr.parseCIDR(word);
    return (address) => address.kind() === network.kind() && address.match(network, bits);
  } catch {
    return undefined;
  }
}

// An IPv4-mapped IPv6 address is checked as the IPv4 address that it reaches.
function normalise(address: string): Address | undefined {
  if (!ipaddr.isValid(address)) return undefined;
  const parsed = ipaddr.parse(address);
  return parsed instanceof ipaddr.IPv6 && parsed.isIPv4MappedAddress()
    ? parsed.toIPv4Address()
    : parsed;
}
