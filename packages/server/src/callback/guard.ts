// Resolves names and keeps callbacks to allowed addresses: once before a byte is stored, to refuse early, and again on the
// address that is really connected to.
import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { type CallbackUrl, refuse } from "@ossicle/protocol";
import { LRUCache } from "lru-cache";
import type { TargetPolicy } from "./target-policy.ts";

/** Resolves a name to its addresses. */
export type Resolve = (host: string) => Promise<readonly string[]>;

/** How long an early answer may be reused, in milliseconds. The addresses that are connected to are judged again. */
const earlyAnswerMs = 10_000;

/** Longest wait for an early answer, in milliseconds; a slower resolver leaves the decision to the connection. */
const earlyTimeoutMs = 2_000;

async function nothingAfter(timeoutMs: number): Promise<readonly string[]> {
  await new Promise((resolve) => {
    setTimeout(resolve, timeoutMs).unref();
  });
  return [];
}

/** Asks the system's resolver. */
export const systemResolve: Resolve = async (host) => {
  const found = await lookup(host, { all: true, verbatim: true });
  return found.map(({ address }) => address);
};

/** A connection was refused because no address of the host is allowed. */
export class TargetRefusedError extends Error {
  override readonly name: string = "TargetRefusedError";
}

/** Guards outbound connections. */
export class Guard {
  readonly policy: TargetPolicy;
  readonly #resolve: Resolve;
  readonly #early = new LRUCache<string, readonly string[]>({ max: 1_000, ttl: earlyAnswerMs });

  constructor(policy: TargetPolicy, resolve: Resolve = systemResolve) {
    this.policy = policy;
    this.#resolve = resolve;
  }

  /**
   * Refuses a callback whose literal address, or whose name's every address, is not allowed: 400 with EC 0007-00000008
   * or 0007-00000007. A name that does not resolve is not refused; its callback fails later.
   */
  async checkEarly(urls: readonly CallbackUrl[], callback: string): Promise<void> {
    const found = await Promise.all(urls.map(({ host }) => this.#resolveEarly(host)));
    for (const [at, addresses] of found.entries()) {
      const literal = isIP(urls[at]?.host ?? "") !== 0;
      if (addresses.length === 0 || addresses.some(this.policy.allows)) continue;
      throw refuse(
        "Private address is forbidden to callback.",
        "callback",
        callback,
        literal ? "0007-00000008" : "0007-00000007",
      );
    }
  }

  async #resolveEarly(host: string): Promise<readonly string[]> {
    if (isIP(host) !== 0) return [host];
    const kept = this.#early.get(host);
    if (kept !== undefined) return kept;
    const found = this.#resolve(host).catch((): readonly string[] => []);
    const addresses = await Promise.race([found, nothingAfter(earlyTimeoutMs)]);
    this.#early.set(host, addresses);
    return addresses;
  }

  /** The addresses to connect to, in order. Throws TargetRefusedError, or the resolver's error. */
  async vet(host: string): Promise<readonly string[]> {
    const addresses = isIP(host) === 0 ? await this.#resolve(host) : [host];
    const allowed = addresses.filter(this.policy.allows);
    if (allowed.length > 0) return allowed;
    throw new TargetRefusedError(
      `${host} (${addresses.join(", ")}) is not among the callback targets (${this.policy.description})`,
    );
  }
}
