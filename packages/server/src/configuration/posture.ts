// Whether a server serves one developer's machine alone. That decides where its callbacks may go.
import { isIP } from "node:net";
import ipaddr from "ipaddr.js";
import type { Configuration } from "./settings.ts";

/**
 * The setting by which others can reach a server. Undefined for a server that serves one
 * developer's machine alone: it is bound to loopback, is not advertised under any name, and trusts
 * no proxy.
 */
export function reachedBy(configuration: Configuration): string | undefined {
  const { host, advertisedUrl, baseDomains, customDomains, trustedProxies } = configuration;
  const isLoopback =
    host === "localhost" || (isIP(host) !== 0 && ipaddr.parse(host).range() === "loopback");
  if (!isLoopback) return "--host";
  if (advertisedUrl !== undefined) return "--advertised-url";
  if (baseDomains.length > 0) return "--base-domains";
  if (customDomains.size > 0) return "--custom-domains";
  return trustedProxies.length > 0 ? "--trusted-proxies" : undefined;
}

/** Where callbacks may go. */
export function effectiveTargets(configuration: Configuration): string {
  const { callbackTargets } = configuration;
  return callbackTargets ?? (reachedBy(configuration) === undefined ? "public,private" : "public");
}

/** Where callbacks may go, and which setting decides it: a line for start-up. */
export function describeTargets(configuration: Configuration): string {
  const targets = effectiveTargets(configuration);
  const reached = reachedBy(configuration);
  if (configuration.callbackTargets !== undefined) {
    return `callbacks may go to ${targets} (--callback-targets)`;
  }
  return reached === undefined
    ? "callbacks may go to public and private addresses, since only this machine reaches the store"
    : `callbacks may go to ${targets} addresses, since ${reached} is set (--callback-targets ` +
        "allows others)";
}
