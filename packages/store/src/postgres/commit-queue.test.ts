// Which commits go together: those without a common key that one of them writes.
import fc from "fast-check";
import { expect, test } from "vitest";
import { mintVersion } from "../metadata-store.ts";
import { CommitQueue, type Waiting, waitingOf } from "./commit-queue.ts";

const keys = fc.uniqueArray(fc.constantFrom("a", "b", "c", "d", "e"), { maxLength: 3 });

const bytes = (text: string): Uint8Array => Buffer.from(text);

function waiting(writes: readonly string[], checks: readonly string[]): Waiting {
  return waitingOf({
    version: mintVersion(),
    checks: checks.map((key) => ({ key: bytes(key), version: 1 })),
    puts: writes.slice(1).map((key) => ({ key: bytes(key), value: bytes("v") })),
    deletes: writes.slice(0, 1).map(bytes),
  });
}

const touches = (one: Waiting, key: string): boolean =>
  one.written.has(key) || one.checked.includes(key);

const conflict = (one: Waiting, other: Waiting): boolean =>
  [...one.written].some((key) => touches(other, key)) ||
  [...other.written].some((key) => touches(one, key));

test("no two commits under way have a key in common that one writes; all end in order", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(keys, keys), { maxLength: 20 }),
      fc.infiniteStream(fc.nat()),
      (parts, choices) => {
        const queue = new CommitQueue();
        const all = parts.map(([writes, checks]) => waiting(writes, checks));
        for (const one of all) queue.add(one);
        const underWay: Waiting[] = [];
        const ended: Waiting[] = [];
        while (ended.length < all.length) {
          underWay.push(...queue.take());
          for (const [at, one] of underWay.entries()) {
            expect(underWay.slice(at + 1).some((other) => conflict(one, other))).toBe(false);
          }
          expect(underWay.length).toBeGreaterThan(0);
          const chosen = (choices.next().value ?? 0) % underWay.length;
          for (const one of underWay.splice(chosen, 1)) {
            queue.end(one);
            ended.push(one);
          }
        }
        for (const [at, one] of ended.entries()) {
          const later = ended.slice(at + 1).filter((other) => conflict(one, other));
          for (const other of later) expect(all.indexOf(one)).toBeLessThan(all.indexOf(other));
        }
      },
    ),
    { numRuns: 300, seed: 20_261_129 },
  );
});

test("a group has at most 64 commits, and ends after a mebibyte", () => {
  const queue = new CommitQueue();
  for (let at = 0; at < 70; at += 1) queue.add(waiting([`k${at}`], []));
  expect([queue.take().length, queue.take().length, queue.take().length]).toEqual([64, 6, 0]);
  for (let at = 0; at < 40; at += 1) {
    const put = { key: bytes(`large${at}`), value: bytes(""), payload: new Uint8Array(65_536) };
    queue.add(waitingOf({ version: 1, checks: [], puts: [put], deletes: [] }));
  }
  expect([queue.take().length, queue.take().length, queue.take().length]).toEqual([16, 16, 8]);
});
