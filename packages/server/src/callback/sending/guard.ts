// Limits callbacks to allowed addresses. Checks once before a byte is stored, to refuse early, and
// again with the address that is connected to.
import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { type CallbackUrl, refuse } from "@ossicle/protocol";
import { LRUCache } from "lru-cache";
import type { TargetPolicy } from "../../configuration/target-policy.ts";

/** Resolves a name to its addresses. */
export type Resolve = (host: string) => Promise<readonly string[]>;

/**
 * How long the addresses of an early check may be reused, in milliseconds. Connecting checks again.
 */
const earlyAnswerMs = 10_000;

/**
 * Longest wait for the resolver in an early check, in milliseconds. After it, the check on
 * connecting decides.
 */
const earlyTimeoutMs = 2_000;

async function nothingAfter(timeoutMs: number): Promise<readonly string[]> {
  await new Promise((resolve) => {
    setTimeout(resolve, timeoutMs).unref();
  });
  return [];
}

/** Resolves a name with the system's resolver. */
export const systemResolve: Resolve = async (host) => {
  const found = await lookup(host, { all: true, verbatim: true });
  return found.map(({ address }) => address);
};

/** A connection was refused because no address of the host is allowed. */
export class TargetRefusedError extends Error {
  override readonly name: string = "TargetRefusedError";
}

/** Whether the store itself listens at an address. */
export type OwnListeners = (address: string, port: number) => boolean;

/** What a guard needs beside its policy. */
export interface GuardOptions {
  /** Default: the system's resolver. */
  readonly resolve?: Resolve;
  /** Default: none. */
  readonly own?: OwnListeners;
  /** Called with the reason why a callback was refused before its upload. */
  readonly onRefused?: (reason: string) => void;
}

/** Guards outbound connections. */
export class Guard {
  readonly policy: TargetPolicy;
  readonly #resolve: Resolve;
  readonly #own: OwnListeners;
  readonly #onRefused: GuardOptions["onRefused"];
  readonly #early = new LRUCache<string, readonly string[]>({ max: 1_000, ttl: earlyAnswerMs });

  constructor(policy: TargetPolicy, options: GuardOptions = {}) {
    this.policy = policy;
    this.#resolve = options.resolve ?? systemResolve;
    this.#own = options.own ?? (() => false);
    this.#onRefused = options.onRefused;
  }

  #allows(address: string, port: number): boolean {
    return this.policy.allows(address) && !this.#own(address, port);
  }

  /**
   * Refuses a callback whose literal address is not allowed, or whose name has no allowed address:
   * 400 with EC 0007-00000008 or 0007-00000007. A name that does not resolve is not refused here;
   * its callback fails later.
   */
  async checkEarly(urls: readonly CallbackUrl[], callback: string): Promise<void> {
    const found = await Promise.all(urls.map(({ host }) => this.#resolveEarly(host)));
    for (const [at, addresses] of found.entries()) {
      const { host = "", port = 0 } = urls[at] ?? {};
      const literal = isIP(host) !== 0;
      if (addresses.length === 0) continue;
      if (addresses.some((address) => this.#allows(address, port))) continue;
      this.#onRefused?.(this.#explain(host, port, addresses));
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
  async vet(host: string, port: number): Promise<readonly string[]> {
    const addresses = isIP(host) === 0 ? await this.#resolve(host) : [host];
    const allowed = addresses.filter((address) => this.#allows(address, port));
    if (allowed.length > 0) return allowed;
    throw new TargetRefusedError(this.#explain(host, port, addresses));
  }

  #explain(host: string, port: number, addresses: readonly string[]): string {
    const isOwn = addresses.some(
      (address) => this.policy.allows(address) && this.#own(address, port),
    );
    if (isOwn) return `${host}:${port} is this store itself: use the application's address`;
    const targets = this.policy.description;
    const place = `${host} (${addresses.join(", ")})`;
    const allowed = `the callback targets (${targets})`;
    return `${place} is not among ${allowed}: serve with --callback-targets to allow it`;
  }
}
