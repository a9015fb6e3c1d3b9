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

/** What an address is compared with: a network, or the bytes of a pattern. */
export type AddressTest =
  | { readonly network: Network }
  | { readonly bytes: readonly (number | undefined)[] };

/**
 * Reads an address, a network, or an IPv4 address with `*` for some bytes, such as `101.*.*.100`;
 * undefined for any other text.
 */
export function parseAddressTest(text: string): AddressTest | undefined {
  const network = parseNetwork(text);
  if (network !== undefined) return { network };
  if (!/^(?:\d{1,3}|\*)(?:\.(?:\d{1,3}|\*)){3}$/.test(text)) return undefined;
  const bytes = text.split(".").map((byte) => (byte === "*" ? undefined : Number(byte)));
  return bytes.every((byte) => byte === undefined || byte < 256) ? { bytes } : undefined;
}

// A policy has many networks, and compares each with the same address.
let lastText = "";
let lastAddress: Network | undefined;

function addressOf(text: string): Network | undefined {
  if (text === lastText) return lastAddress;
  const parsed = parseNetwork(text);
  lastAddress = parsed === undefined ? undefined : unmapped(parsed);
  lastText = text;
  return lastAddress;
}

/**
 * Whether an address passes a test. An IPv4 address also stands for its IPv6-mapped form. An empty
 * or wrong text passes none.
 */
export function isAddressIn(text: string, test: AddressTest): boolean {
  const found = addressOf(text);
  if (found === undefined) return false;
  if ("bytes" in test) {
    if (found.width !== 32) return false;
    const address = Number(found.address);
    return test.bytes.every(
      (byte, index) => byte === undefined || byte === (address >>> (24 - 8 * index)) % 256,
    );
  }
  const { address, bits, width } = test.network;
  if (found.width !== width) return false;
  const shift = BigInt(width - bits);
  return found.address >> shift === address >> shift;
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
