// Resolves names so that names without an answer do not delay the others. Node runs only two
// lookups at a time (half of libuv's four threads, its documentation of dns.lookup). A lookup
// without an answer keeps its thread for ten seconds.
import { setTimeout as pause } from "node:timers/promises";
import { LRUCache } from "lru-cache";
import type { Resolve } from "./guard.ts";

/** Lookups at a time: as many as Node has. */
const maxLookups = 2;

/** How long a lookup may take before an earlier answer is used instead, in milliseconds. */
const knownAfterMs = 1_000;

/** How long an earlier answer may be used, in milliseconds. */
const knownMs = 300_000;

/** Time without an answer after which a name counts as silent, in milliseconds. */
const silentAfterMs = 4_000;

/** How long a silent name is not looked up again, in milliseconds. */
const silentMs = 30_000;

/**
 * Longest time that a caller waits, in milliseconds: a callback has five seconds. Only repeated
 * rounds may have longer.
 */
const wantedMs = 5_000;

/** Most names kept. */
const maxNames = 1_000;

interface Waiting {
  readonly host: string;
  readonly resolve: (addresses: readonly string[]) => void;
  readonly reject: (cause: unknown) => void;
}

interface UnderWay {
  readonly answer: Promise<readonly string[]>;
  /** Time after which no caller waits for the answer. */
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

  /** @param monotonic Milliseconds of a clock that is never set. */
  constructor(lookUp: Resolve, monotonic: () => number) {
    this.#lookUp = lookUp;
    this.#monotonic = monotonic;
    const perf = { now: monotonic };
    this.#known = new LRUCache({ max: maxNames, ttl: knownMs, perf });
    this.#silent = new LRUCache({ max: maxNames, ttl: silentMs, perf });
  }

  /**
   * A name's addresses. Rejects with the lookup's error, or with EAI_AGAIN for a silent name
   * without an earlier answer.
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
    answer.catch(() => undefined); // its callers may have timed out
    const one: UnderWay = { answer, untilMs: Infinity };
    this.#underWay.set(host, one);
    this.#next();
    return one;
  }

  // Names without an earlier answer may hold all lookups but one. With all of them they could keep
  // the answers of other names from being renewed.
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
