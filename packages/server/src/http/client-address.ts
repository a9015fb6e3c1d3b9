// The address of a client: the peer of its connection or, behind trusted proxies, the address in
// their `X-Forwarded-For`.
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import ipaddr from "ipaddr.js";

/** Determines the addresses of clients. */
export class ClientAddresses {
  readonly #proxies: readonly [ipaddr.IPv4 | ipaddr.IPv6, number][];

  /**
   * @param trustedProxies Networks whose `X-Forwarded-For` and `X-Forwarded-Proto` are used.
   */
  constructor(trustedProxies: readonly string[]) {
    this.#proxies = trustedProxies.map((network) => ipaddr.parseCIDR(network));
  }

  /** The client's address. */
  clientIp(request: IncomingMessage): string {
    const peer = peerOf(request.socket);
    const forwarded = request.headers["x-forwarded-for"];
    if (forwarded === undefined || !this.isProxy(peer)) return peer;
    const hops = String(forwarded)
      .split(",")
      .map((hop) => plainAddress(hop.trim()));
    return hops.reverse().find((hop) => !this.isProxy(hop)) ?? peer;
  }

  /** Whether a trusted proxy reports that the client connected to it over TLS. */
  isForwardedSecure(request: IncomingMessage): boolean {
    const forwarded = request.headers["x-forwarded-proto"];
    if (forwarded === undefined || !this.isProxy(peerOf(request.socket))) return false;
    const [first = ""] = String(forwarded).split(",");
    return first.trim().toLowerCase() === "https";
  }

  /** Whether an address is a trusted proxy's. */
  isProxy(address: string): boolean {
    if (this.#proxies.length === 0 || !ipaddr.isValid(address)) return false;
    const parsed = ipaddr.parse(address);
    return this.#proxies.some(
      ([network, bits]) => network.kind() === parsed.kind() && parsed.match(network, bits),
    );
  }
}

/** The address of a connection's peer; empty if the connection is closed. */
export function peerOf(socket: Duplex): string {
  const { remoteAddress } = socket as Socket; // every connection of the server has this member
  return plainAddress(remoteAddress ?? "");
}

function plainAddress(address: string): string {
  return address.startsWith("::ffff:") ? address.slice(7) : address;
}
