// Where the store itself listens. A callback to one of its own listeners could, with the headers
// that an uploader chooses, do what only an operator may, such as replaying deliveries.
import { networkInterfaces } from "node:os";
import ipaddr from "ipaddr.js";

/** Where a server listens, as it was configured. */
export interface OwnListener {
  readonly host: string;
  readonly port: number;
}

/** The port of a URL; the default port of its scheme when it names none. */
export function portOf(url: string): number {
  const { port, protocol } = new URL(url);
  return port === "" ? (protocol === "https:" ? 443 : 80) : Number(port);
}

/** Whether one of the listeners listens at an address and port. */
export function isOwnListener(
  listeners: readonly OwnListener[],
  address: string,
  port: number,
): boolean {
  return listeners.some((one) => one.port === port && covers(one.host, address));
}

function covers(host: string, address: string): boolean {
  if (host === "0.0.0.0" || host === "::") return isOfThisMachine(address);
  if (host === "localhost") return isLoopback(address);
  // A host name that a server can listen at belongs to this machine.
  return ipaddr.isValid(host) ? plain(host) === plain(address) : isOfThisMachine(address);
}

function isOfThisMachine(address: string): boolean {
  if (isLoopback(address)) return true;
  const own = Object.values(networkInterfaces()).flatMap((found) => found ?? []);
  return own.some((one) => plain(one.address) === plain(address));
}

function isLoopback(address: string): boolean {
  return ["loopback", "unspecified"].includes(ipaddr.process(address).range());
}

function plain(address: string): string {
  return ipaddr.process(address.split("%", 1)[0] ?? address).toString();
}
