// The model adapter: the metadata port in memory. Its scheduler yields in every call, so that a
// seeded test can interleave two operations in every order and find races.
import {
  assertCommit,
  assertScan,
  type Commit,
  type CommitOutcome,
  type Entry,
  maxScanBytes,
  type MetadataStore,
  type Page,
  prefixEnd,
  type Row,
  type Scan,
} from "../metadata-store.ts";
import { commonPrefixOf } from "../roll-up.ts";

/**
 * Awaited in the calls of the port, before they act and before a commit returns. A test decides
 * when it resolves.
 */
export type Scheduler = () => Promise<void>;

const immediately: Scheduler = () => Promise.resolve();

/**
 * The fault of the next commit. `lost`: it does not happen. `unheard`: it happens, but its result
 * is not reported. In both cases its outcome is unknown.
 */
export type Trouble = () => "lost" | "unheard" | undefined;

/** A metadata store in memory. */
export class ModelMetadataStore implements MetadataStore {
  readonly #entries = new Map<string, Entry>();
  #sorted: string[] | undefined;
  readonly #yieldNow: Scheduler;
  readonly #trouble: Trouble;

  constructor(scheduler: Scheduler = immediately, trouble: Trouble = () => undefined) {
    this.#yieldNow = scheduler;
    this.#trouble = trouble;
  }

  readonly getMany: MetadataStore["getMany"] = async (keys, { payloads = true } = {}) => {
    await this.#yieldNow();
    const found = keys.map((key) => this.#entries.get(keyText(key)));
    if (payloads) return found;
    return found.map((entry) => entry && withoutPayload(entry));
  };

  readonly scan: MetadataStore["scan"] = async (scan) => {
    await this.#yieldNow();
    assertScan(scan);
    return this.#scan(scan);
  };

  #scan({ from, to, limit, rollUp, reverse }: Scan): Page {
    const [first, end] = [keyText(from), keyText(to)];
    const keys = this.#keys().filter((key) => key >= first && key < end);
    if (reverse === true) keys.reverse();
    const rows: Row[] = [];
    let bytes = 0;
    let skipTo = "";
    let last: Uint8Array | undefined;
    for (const text of keys) {
      if (text < skipTo) continue;
      const entry = this.#entries.get(text);
      if (entry === undefined) continue;
      const prefix = rollUp && commonPrefixOf(entry.key, rollUp);
      if (rows.length >= limit || bytes >= maxScanBytes) {
        return { rows, next: reverse === true ? (last ?? to) : (prefix ?? entry.key) };
      }
      last = entry.key;
      if (prefix === undefined) {
        rows.push({ entry: withoutPayload(entry) });
        bytes += entry.key.length + entry.value.length;
      } else {
        rows.push({ commonPrefix: prefix });
        bytes += prefix.length;
        const after = prefixEnd(prefix);
        skipTo = after === undefined ? "\uffff" : keyText(after);
      }
    }
    return { rows };
  }

  #keys(): string[] {
    this.#sorted ??= [...this.#entries.keys()].sort();
    return [...this.#sorted];
  }

  readonly commit: MetadataStore["commit"] = async (commit) => {
    await this.#yieldNow();
    assertCommit(commit);
    const trouble = this.#trouble();
    const unknown: CommitOutcome = { kind: "unknown", cause: new Error(`commit ${trouble}`) };
    if (trouble === "lost") return unknown;
    const outcome = this.#commit(commit);
    await this.#yieldNow(); // the answer, too, may arrive late
    return trouble === "unheard" ? unknown : outcome;
  };

  #commit({ version, checks, puts, deletes }: Commit): CommitOutcome {
    const current = checks.map((check) => this.#entries.get(keyText(check.key)));
    const held = checks.every((check, index) =>
      check.version === "absent"
        ? current[index] === undefined
        : current[index]?.version === check.version,
    );
    if (!held) return { kind: "conflict", current };
    for (const put of puts) {
      this.#entries.set(keyText(put.key), { ...structuredClone(put), version });
    }
    for (const key of deletes) this.#entries.delete(keyText(key));
    this.#sorted = undefined;
    return { kind: "committed" };
  }

  /** Everything that is stored, in byte order; for tests that check invariants. */
  readonly entries = (): readonly Entry[] =>
    this.#keys().flatMap((key) => this.#entries.get(key) ?? []);

  readonly close: MetadataStore["close"] = () => Promise.resolve();
}

// Latin-1 keeps byte order under JavaScript's string comparison.
function keyText(key: Uint8Array): string {
  return Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString("latin1");
}

function withoutPayload({ key, version, value }: Entry): Omit<Entry, "payload"> {
  return { key, version, value };
}
