// The client's address behind proxies: forwarding headers count only if the peer is in a trusted
// network.
import type { IncomingMessage } from "node:http";
import { expect, test } from "vitest";
import { ClientAddresses } from "./client-address.ts";

const request = (remoteAddress: string, headers: IncomingMessage["headers"]): IncomingMessage =>
  ({ socket: { remoteAddress }, headers }) as IncomingMessage; // the only members that are read

test.each([
  ["10.0.0.1", "https", true],
  ["::ffff:10.0.0.1", "HTTPS", true],
  ["10.0.0.1", "https, http", true],
  ["10.0.0.1", "http", false],
  ["10.0.0.1", undefined, false],
  ["192.0.2.1", "https", false],
])("peer %s with X-Forwarded-Proto %s counts as TLS: %s", (peer, proto, secure) => {
  const headers = proto === undefined ? {} : { "x-forwarded-proto": proto };
  const addresses = new ClientAddresses(["10.0.0.0/8"]);
  expect(addresses.isForwardedSecure(request(peer, headers))).toBe(secure);
});

test.each([
  ["192.0.2.1", "203.0.113.9", "192.0.2.1"],
  ["10.0.0.1", "203.0.113.9", "203.0.113.9"],
  ["10.0.0.1", "198.51.100.7, 203.0.113.9, 10.0.0.2", "203.0.113.9"],
  ["10.0.0.1", "10.0.0.3", "10.0.0.1"],
])("peer %s with X-Forwarded-For %s gives the client address %s", (peer, forwarded, client) => {
  const addresses = new ClientAddresses(["10.0.0.0/8"]);
  expect(addresses.clientIp(request(peer, { "x-forwarded-for": forwarded }))).toBe(client);
});
