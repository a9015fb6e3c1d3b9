// Decides whether a history of one register is linearizable: whether every operation can have
// happened at one moment between its call and its return, so that each read returns what the write
// before it has written (Wing and Gong 1993, with the memory of Lowe 2017).

/** An operation on the register. `undefined` is the register without a value. */
export interface RegisterOperation {
  readonly kind: "read" | "write";
  /** What was read or written. */
  readonly value: string | undefined;
  /** When it was called and when it returned, by one clock. Infinity: its outcome is unknown. */
  readonly calledAt: number;
  readonly returnedAt: number;
}

/**
 * Whether a history that begins without a value is linearizable. A write of unknown outcome may
 * have happened at any moment after its call, or not at all.
 */
export function isLinearizable(history: readonly RegisterOperation[]): boolean {
  // An unknown read says nothing, and an unknown write whose value is never read says nothing
  // either: with or without it, the same reads are right.
  const read = new Set(history.filter(({ kind }) => kind === "read").map(({ value }) => value));
  const operations = history
    .filter(({ kind, value, returnedAt }) => {
      return returnedAt < Infinity || (kind === "write" && read.has(value));
    })
    .toSorted((one, other) => one.calledAt - other.calledAt);
  const seen = new Set<string>();
  const search = (done: bigint, value: string | undefined): boolean => {
    const left = operations.filter((_unused, at) => !isIn(done, at));
    if (left.every(({ returnedAt }) => returnedAt === Infinity)) return true;
    const state = `${done} ${value ?? "without"}`;
    if (seen.has(state)) return false;
    seen.add(state);
    // The next operation was called before any that is left returned.
    const firstReturn = Math.min(...left.map(({ returnedAt }) => returnedAt));
    for (const [at, one] of operations.entries()) {
      if (one.calledAt > firstReturn) break;
      if (isIn(done, at) || (one.kind === "read" && one.value !== value)) continue;
      if (search(done | (1n << BigInt(at)), one.value)) return true;
    }
    return false;
  };
  return search(0n, undefined);
}

function isIn(done: bigint, at: number): boolean {
  return ((done >> BigInt(at)) & 1n) === 1n;
}
