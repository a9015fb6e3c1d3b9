// Chooses the commits that go into one statement.
import type { Commit } from "../metadata-store.ts";

/** Most commits in one statement: more save no time (measured with 64 and 128). */
const maxGroup = 64;

/** Bytes of values and payloads after which a group takes no further commit. */
const maxGroupBytes = 1_048_576;

/** A commit that waits for its statement. */
export interface Waiting {
  readonly commit: Commit;
  /** Keys as text: those that it writes, and those that it only checks. */
  readonly written: ReadonlySet<string>;
  readonly checked: readonly string[];
  readonly sizeBytes: number;
}

/** Prepares a commit for the queue. */
export function waitingOf(commit: Commit): Waiting {
  const { puts, deletes, checks } = commit;
  const written = new Set([...puts.map(({ key }) => key), ...deletes].map(keyText));
  return {
    commit,
    written,
    checked: checks.map(({ key }) => keyText(key)).filter((key) => !written.has(key)),
    sizeBytes: puts.reduce(
      (sum, { value, payload }) => sum + value.length + (payload?.length ?? 0),
      0,
    ),
  };
}

/**
 * Commits that wait, and those under way. Commits with a key in common, which one of them writes,
 * are never under way together: in one statement the result would be wrong, and in two statements
 * the second would wait for the first.
 */
export class CommitQueue<W extends Waiting> {
  #waiting: W[] = [];
  readonly #underWay = new KeyUse();

  add(one: W): void {
    this.#waiting.push(one);
  }

  /**
   * Takes the next group; empty when every commit that waits must wait longer. The order of commits
   * with common keys is kept.
   */
  take(): readonly W[] {
    const group: W[] = [];
    const passedOver = new KeyUse();
    const left: W[] = [];
    let bytes = 0;
    for (const one of this.#waiting) {
      const isFull = group.length === maxGroup || bytes >= maxGroupBytes;
      if (isFull || this.#underWay.conflictsWith(one) || passedOver.conflictsWith(one)) {
        left.push(one);
        if (!isFull) passedOver.add(one);
        continue;
      }
      this.#underWay.add(one);
      group.push(one);
      bytes += one.sizeBytes;
    }
    this.#waiting = left;
    return group;
  }

  /** Takes every commit that waits, to give it up: none of them counts as under way. */
  takeAll(): readonly W[] {
    const all = this.#waiting;
    this.#waiting = [];
    return all;
  }

  /** Ends a commit that was taken. */
  end(one: W): void {
    this.#underWay.remove(one);
  }
}

/** How often keys are written or only checked. */
class KeyUse {
  readonly #written = new Set<string>();
  readonly #checked = new Map<string, number>();

  conflictsWith({ written, checked }: Waiting): boolean {
    for (const key of written) if (this.#written.has(key) || this.#checked.has(key)) return true;
    return checked.some((key) => this.#written.has(key));
  }

  add({ written, checked }: Waiting): void {
    for (const key of written) this.#written.add(key);
    for (const key of checked) this.#checked.set(key, (this.#checked.get(key) ?? 0) + 1);
  }

  remove({ written, checked }: Waiting): void {
    for (const key of written) this.#written.delete(key);
    for (const key of checked) {
      const left = (this.#checked.get(key) ?? 0) - 1;
      if (left > 0) this.#checked.set(key, left);
      else this.#checked.delete(key);
    }
  }
}

/** A key as text, one character a byte. */
export function keyText(key: Uint8Array): string {
  return Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString("latin1");
}
