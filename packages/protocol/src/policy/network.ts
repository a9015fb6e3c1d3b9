// IP addresses and networks in conditions of policies: IPv4 and IPv6, in CIDR notation (RFC 4632,
// section 3.1; RFC 4291, section 2.3).

/** An address with the length of its network's prefix in bits. */
export interface Network {
  readonly address: bigint;
  readonly bits: number;
  /** Bits of an address: 32 or 128. */
  readonly width: 32 | 128;
}

/** Reads an address, or a network such as `10.0.0.0/8`; undefined for any other text. */
export function parseNetwork(text: string): Network | undefined {
  const [base = "", length, extra] = text.split("/");
  if (extra !== undefined) return undefined;
  const v4 = ipv4(base);
  const address = v4 ?? ipv6(base);
  if (address === undefined) return undefined;
  const width = v4 === undefined ? 128 : 32;
  if (length === undefined) return { address, bits: width, width };
  const bits = /^\d{1,3}$/.test(length) ? Number(length) : width + 1;
  return bits <= width ? { address, bits, width } : undefined;
}

/** Whether a text is an IPv4 address with `*` for some bytes, such as `101.*.*.100`. */
export function isAddressPattern(text: string): boolean {
  return /^(?:\d{1,3}|\*)(?:\.(?:\d{1,3}|\*)){3}$/.test(text) && text.includes("*");
}

/**
 * Whether an address is in a network, or fits a pattern of {@link isAddressPattern}. An IPv4
 * address also stands for its IPv6-mapped form. An empty or wrong text is in no network.
 */
export function isAddressIn(address: string, wanted: string): boolean {
  const parsed = parseNetwork(address);
  if (parsed === undefined) return false;
  const plain = unmapped(parsed);
  if (isAddressPattern(wanted)) return plain.width === 32 && fits(plain.address, wanted);
  const network = parseNetwork(wanted);
  if (network === undefined || plain.width !== network.width) return false;
  const shift = BigInt(network.width - network.bits);
  return plain.address >> shift === network.address >> shift;
}

function fits(address: bigint, pattern: string): boolean {
  return pattern
    .split(".")
    .every(
      (byte, index) => byte === "*" || BigInt(byte) === (address >> BigInt(24 - 8 * index)) % 256n,
    );
}

// A server that listens on IPv6 sees an IPv4 client as ::ffff:a.b.c.d (RFC 4291, section 2.5.5.2).
function unmapped(network: Network): Network {
  if (network.width === 32 || network.address >> 32n !== 0xffffn) return network;
  return { address: network.address & 0xffffffffn, bits: 32, width: 32 };
}

function ipv4(text: string): bigint | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (match === null) return undefined;
  const bytes = match.slice(1).map(Number);
  if (bytes.some((byte) => byte > 255)) return undefined;
  return BigInt(bytes.reduce((sum, byte) => sum * 256 + byte, 0));
}

/** Groups of 16 bits in an IPv6 address. */
const ipv6Groups = 8;

function ipv6(text: string): bigint | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map(groupsOf);
  if (head === undefined || (halves.length === 2 && tail === undefined)) return undefined;
  const known = head.length + (tail?.length ?? 0);
  if (tail === undefined ? known !== ipv6Groups : known >= ipv6Groups) return undefined;
  const zeros = Array.from({ length: ipv6Groups - known }, () => 0n);
  return [...head, ...zeros, ...(tail ?? [])].reduce((sum, group) => (sum << 16n) | group, 0n);
}

// The groups of one side of `::`; the last one may be an IPv4 address.
function groupsOf(text: string): readonly bigint[] | undefined {
  if (text === "") return [];
  const groups = text.split(":").flatMap((group, index, all) => {
    if (/^[0-9a-f]{1,4}$/i.test(group)) return [BigInt(`0x${group}`)];
    const v4 = index === all.length - 1 ? ipv4(group) : undefined;
    return v4 === undefined ? [undefined] : [v4 >> 16n, v4 & 0xffffn];
  });
  const valid = groups.filter((group) => group !== undefined);
  return valid.length === groups.length ? valid : undefined;
}
