// Looks names up so that names without an answer do not hold up the others. Node has only two
// lookups at a time (half of libuv's four threads, its documentation of dns.lookup), and one
// without an answer keeps its thread for ten seconds.
import { setTimeout as pause } from "node:timers/promises";
import { LRUCache } from "lru-cache";
import type { Resolve } from "./guard.ts";

/** Lookups at a time: as many as Node has. */
const maxLookups = 2;

/** How long a lookup is waited for where an answer of before is known, in milliseconds. */
const knownAfterMs = 1_000;

/** How long an old answer is used while no new one comes, in milliseconds. */
const knownMs = 300_000;

/** After so long without an answer a name is silent, in milliseconds, */
const silentAfterMs = 4_000;

/** and for so long it is not asked for again. */
const silentMs = 30_000;

/**
 * How long a caller waits at most, in milliseconds: a callback has five seconds, and a round that
 * has longer is repeated.
 */
const wantedMs = 5_000;

/** Names that are remembered. */
const maxNames = 1_000;

interface Waiting {
  readonly host: string;
  readonly resolve: (addresses: readonly string[]) => void;
  readonly reject: (cause: unknown) => void;
}

interface UnderWay {
  readonly answer: Promise<readonly string[]>;
  /** When no caller waits for it any more. */
  untilMs: number;
}

/** Looks names up. */
export class Resolver {
  readonly #lookUp: Resolve;
  readonly #monotonic: () => number;
  readonly #underWay = new Map<string, UnderWay>();
  readonly #waiting: Waiting[] = [];
  readonly #known: LRUCache<string, readonly string[]>;
  readonly #silent: LRUCache<string, true>;
  #busy = 0;
  /** Of these, lookups of names that had no answer yet. */
  #newBusy = 0;

  /** @param monotonic Milliseconds that no adjustment of the clock moves. */
  constructor(lookUp: Resolve, monotonic: () => number) {
    this.#lookUp = lookUp;
    this.#monotonic = monotonic;
    const perf = { now: monotonic };
    this.#known = new LRUCache({ max: maxNames, ttl: knownMs, perf });
    this.#silent = new LRUCache({ max: maxNames, ttl: silentMs, perf });
  }

  /**
   * A name's addresses. Rejects with the lookup's error, or with EAI_AGAIN for a name without a
   * known answer that has just been silent.
   */
  readonly resolve: Resolve = (host) => {
    const known = this.#known.get(host);
    if (this.#silent.has(host)) {
      return known === undefined ? Promise.reject(noAnswer(host)) : Promise.resolve(known);
    }
    const one = this.#underWay.get(host) ?? this.#begin(host);
    one.untilMs = this.#monotonic() + wantedMs;
    if (known === undefined) return one.answer;
    return Promise.race([one.answer, pause(knownAfterMs, known, { ref: false })]);
  };

  #begin(host: string): UnderWay {
    const answer = new Promise<readonly string[]>((resolve, reject) => {
      this.#waiting.push({ host, resolve, reject });
    }).finally(() => this.#underWay.delete(host));
    answer.catch(() => undefined); // its callers may have given up
    const one: UnderWay = { answer, untilMs: Infinity };
    this.#underWay.set(host, one);
    this.#next();
    return one;
  }

  // Names that never had an answer may not have all lookups: they would keep the others' from being
  // renewed.
  #next(): void {
    while (this.#busy < maxLookups) {
      const mayBeNew = this.#newBusy < maxLookups - 1;
      const at = this.#waiting.findIndex(({ host }) => mayBeNew || this.#known.has(host));
      const [one] = at < 0 ? [] : this.#waiting.splice(at, 1);
      if (one === undefined) return;
      if (this.#monotonic() > (this.#underWay.get(one.host)?.untilMs ?? 0)) {
        one.reject(noAnswer(one.host));
      } else void this.#ask(one);
    }
  }

  async #ask({ host, resolve, reject }: Waiting): Promise<void> {
    const isNew = !this.#known.has(host);
    this.#busy += 1;
    if (isNew) this.#newBusy += 1;
    const silence = setTimeout(() => this.#silent.set(host, true), silentAfterMs);
    silence.unref();
    try {
      const addresses = await this.#lookUp(host);
      this.#known.set(host, addresses);
      this.#silent.delete(host);
      resolve(addresses);
    } catch (cause) {
      reject(cause);
    } finally {
      clearTimeout(silence);
      this.#busy -= 1;
      if (isNew) this.#newBusy -= 1;
      this.#next();
    }
  }
}

function noAnswer(host: string): Error {
  return Object.assign(new Error(`no name server answers for ${host}`), { code: "EAI_AGAIN" });
}
