// What every metadata adapter must do, run unchanged over each of them.
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  type Commit,
  maxChecks,
  maxKeyLength,
  maxPayloadBytes,
  maxScanRows,
  maxValueBytes,
  maxWrites,
  type MetadataStore,
  mintVersion,
  type Page,
  prefixEnd,
  type Scan,
} from "../metadata-store.ts";
import { commonPrefixOf } from "../roll-up.ts";

/** Opens an empty store and says how to dispose of it. */
export type OpenMetadataStore = () => Promise<{
  readonly store: MetadataStore;
  readonly dispose: () => Promise<void>;
}>;

const bytes = (text: string): Uint8Array => Buffer.from(text, "latin1");
const text = (value: Uint8Array | undefined): string | undefined =>
  value === undefined ? undefined : Buffer.from(value).toString("latin1");

function commitOf(parts: Partial<Commit>): Commit {
  return { version: mintVersion(), checks: [], puts: [], deletes: [], ...parts };
}

/** Declares the suite. */
export function metadataContract(name: string, open: OpenMetadataStore): void {
  describe(`${name} keeps the metadata contract`, () => {
    let store: MetadataStore;
    let dispose: () => Promise<void>;
    beforeEach(async () => {
      ({ store, dispose } = await open());
    });
    afterEach(() => dispose());

    const put = async (key: string, value: string): Promise<number> => {
      const commit = commitOf({ puts: [{ key: bytes(key), value: bytes(value) }] });
      expect(await store.commit(commit)).toEqual({ kind: "committed" });
      return commit.version;
    };
    const get = async (key: string): Promise<string | undefined> =>
      text((await store.getMany([bytes(key)]))[0]?.value);
    const keysOf = (page: Page): (string | undefined)[] =>
      page.rows.map((row) => {
        return "entry" in row ? text(row.entry.key) : `${text(row.commonPrefix)}…`;
      });

    test("an entry comes back with value, payload and the commit's version", async () => {
      const commit = commitOf({
        puts: [{ key: bytes("k"), value: bytes("v"), payload: bytes("body") }],
      });
      await store.commit(commit);
      const [entry, missing] = await store.getMany([bytes("k"), bytes("none")]);
      expect(text(entry?.value)).toBe("v");
      expect(text(entry?.payload)).toBe("body");
      expect(entry?.version).toBe(commit.version);
      expect(missing).toBeUndefined();
    });

    test("getMany finds no entry under a key that is too long, and scan refuses it", async () => {
      await put("k", "v");
      for (const length of [1_979, 8_000, 40_000]) {
        const long = "k".repeat(length);
        expect(await store.getMany([bytes(long), bytes("k")])).toMatchObject([undefined, {}]);
        const range = { from: bytes(long), to: bytes("l"), limit: 1 };
        await expect(store.scan(range)).rejects.toThrow(RangeError);
      }
      expect(await get("k")).toBe("v");
    });

    test("getMany returns no payloads when payloads is false", async () => {
      await store.commit(
        commitOf({ puts: [{ key: bytes("k"), value: bytes("v"), payload: bytes("body") }] }),
      );
      const [entry] = await store.getMany([bytes("k")], { payloads: false });
      expect(text(entry?.value)).toBe("v");
      expect(entry).not.toHaveProperty("payload");
    });

    test("a put without payload removes the old payload", async () => {
      await store.commit(
        commitOf({ puts: [{ key: bytes("k"), value: bytes("1"), payload: bytes("p") }] }),
      );
      await put("k", "2");
      const [entry] = await store.getMany([bytes("k")]);
      expect(entry?.payload).toBeUndefined();
      await store.commit(commitOf({ deletes: [bytes("k")] }));
      await put("k", "3");
      expect((await store.getMany([bytes("k")]))[0]?.payload).toBeUndefined();
    });

    test("empty values and payloads are kept apart from absent ones", async () => {
      await store.commit(
        commitOf({ puts: [{ key: bytes("k"), value: bytes(""), payload: bytes("") }] }),
      );
      const [entry] = await store.getMany([bytes("k")]);
      expect(entry?.value.length).toBe(0);
      expect(entry?.payload?.length).toBe(0);
    });

    test("a failed check changes nothing and returns the entries of all checked keys", async () => {
      const version = await put("a", "1");
      await put("b", "1");
      const outcome = await store.commit(
        commitOf({
          checks: [
            { key: bytes("a"), version },
            { key: bytes("b"), version: mintVersion() },
            { key: bytes("c"), version: "absent" },
          ],
          puts: [
            { key: bytes("a"), value: bytes("2") },
            { key: bytes("c"), value: bytes("2") },
          ],
          deletes: [bytes("b")],
        }),
      );
      expect(outcome.kind).toBe("conflict");
      if (outcome.kind !== "conflict") return;
      expect(outcome.current.map((entry) => text(entry?.value))).toEqual(["1", "1", undefined]);
      expect(await Promise.all(["a", "b", "c"].map(get))).toEqual(["1", "1", undefined]);
    });

    test("a failing check at any position fails the commit", async () => {
      const versions = [await put("a", "1"), await put("b", "1"), await put("c", "1")];
      for (let failing = 0; failing < 3; failing += 1) {
        const checks = ["a", "b", "c"].map((key, index) => ({
          key: bytes(key),
          version: index === failing ? mintVersion() : (versions[index] ?? 0),
        }));
        const outcome = await store.commit(
          commitOf({ checks, puts: [{ key: bytes("d"), value: bytes("x") }] }),
        );
        expect(outcome.kind).toBe("conflict");
        expect(await get("d")).toBeUndefined();
      }
    });

    test("of concurrent commits with an absent check, exactly one creates the key", async () => {
      const outcomes = await Promise.all(
        Array.from({ length: 20 }, (_unused, index) =>
          store.commit(
            commitOf({
              checks: [{ key: bytes("k"), version: "absent" }],
              puts: [{ key: bytes("k"), value: bytes(String(index)) }],
            }),
          ),
        ),
      );
      expect(outcomes.filter(({ kind }) => kind === "committed")).toHaveLength(1);
    });

    test("a key that was deleted and made again has another version", async () => {
      const old = await put("k", "1");
      await store.commit(commitOf({ deletes: [bytes("k")] }));
      await put("k", "1");
      const outcome = await store.commit(
        commitOf({
          checks: [{ key: bytes("k"), version: old }],
          puts: [{ key: bytes("k"), value: bytes("2") }],
        }),
      );
      expect(outcome.kind).toBe("conflict");
    });

    test("concurrent increments under a check lose no update", async () => {
      await put("n", "0");
      const increment = async (): Promise<void> => {
        for (;;) {
          const [entry] = await store.getMany([bytes("n")]);
          const outcome = await store.commit(
            commitOf({
              checks: [{ key: bytes("n"), version: entry?.version ?? 0 }],
              puts: [{ key: bytes("n"), value: bytes(String(Number(text(entry?.value)) + 1)) }],
            }),
          );
          if (outcome.kind === "committed") return;
        }
      };
      await Promise.all(Array.from({ length: 30 }, increment));
      expect(await get("n")).toBe("30");
    });

    test("commits of one event-loop turn are checked independently", async () => {
      const gate = await put("gate", "open");
      const checksOf = (index: number): Commit["checks"] => {
        const own = { key: bytes(`k${index}`), version: "absent" } as const;
        const good = { key: bytes("gate"), version: gate };
        const bad = { key: bytes("gate"), version: mintVersion() };
        return [[], [good, own], [bad], [good, bad, own], [bad, own]][index % 5] ?? [];
      };
      const commits = Array.from({ length: 200 }, (_, index) =>
        commitOf({
          checks: checksOf(index),
          puts: [{ key: bytes(`k${index}`), value: bytes(`${index}`), payload: bytes("p") }],
        }),
      );
      const outcomes = await Promise.all(commits.map((commit) => store.commit(commit)));
      for (const [index, outcome] of outcomes.entries()) {
        const holds = index % 5 < 2;
        expect(outcome.kind).toBe(holds ? "committed" : "conflict");
        expect(await get(`k${index}`)).toBe(holds ? `${index}` : undefined);
      }
    });

    test("close waits for the commits of its own event-loop turn", async () => {
      const commits = Array.from({ length: 40 }, (_, index) =>
        store.commit(commitOf({ puts: [{ key: bytes(`k${index}`), value: bytes("v") }] })),
      );
      await store.close();
      const outcomes = await Promise.all(commits);
      expect(outcomes.every(({ kind }) => kind === "committed")).toBe(true);
    });

    test("a check on a key fails after another commit has written the key", async () => {
      const gate = await put("gate", "open");
      const results = await Promise.all([
        store.commit(
          commitOf({
            checks: [
              { key: bytes("gate"), version: gate },
              { key: bytes("o"), version: "absent" },
            ],
            puts: [{ key: bytes("o"), value: bytes("1") }],
          }),
        ),
        store.commit(
          commitOf({
            checks: [{ key: bytes("gate"), version: gate }],
            puts: [{ key: bytes("gate"), value: bytes("closed") }],
          }),
        ),
      ]);
      const later = await store.commit(
        commitOf({
          checks: [{ key: bytes("gate"), version: gate }],
          puts: [{ key: bytes("p"), value: bytes("1") }],
        }),
      );
      expect(results[1]?.kind).toBe("committed");
      expect(later.kind).toBe("conflict");
    });

    test("a commit that exceeds a bound is refused, and the largest one succeeds", async () => {
      const many = (count: number): Uint8Array[] =>
        Array.from({ length: count }, (_unused, index) => bytes(`k${index}`));
      const refused: Partial<Commit>[] = [
        { checks: many(maxChecks + 1).map((key) => ({ key, version: 1 })) },
        { deletes: many(maxWrites + 1) },
        { puts: [{ key: new Uint8Array(maxKeyLength + 1), value: bytes("") }] },
        { puts: [{ key: new Uint8Array(0), value: bytes("") }] },
        { puts: [{ key: bytes("k"), value: new Uint8Array(maxValueBytes + 1) }] },
        {
          puts: [
            { key: bytes("k"), value: bytes(""), payload: new Uint8Array(maxPayloadBytes + 1) },
          ],
        },
        { checks: [{ key: bytes("k"), version: "absent" }] },
        { puts: [{ key: bytes("k"), value: bytes("") }], deletes: [bytes("k")] },
      ];
      for (const parts of refused) {
        await expect(store.commit(commitOf(parts))).rejects.toThrow(RangeError);
      }
      const largest = new Uint8Array(maxKeyLength).fill(255);
      const fits = await store.commit(
        commitOf({
          puts: [
            {
              key: largest,
              value: new Uint8Array(maxValueBytes),
              payload: new Uint8Array(maxPayloadBytes),
            },
          ],
        }),
      );
      expect(fits.kind).toBe("committed");
      expect((await store.getMany([largest]))[0]?.payload?.length).toBe(maxPayloadBytes);
    });

    test("keys are ordered as bytes", async () => {
      const keys = ["\u00ff", "a\u0000", "a", "\u0000", "a\u00ff", "b", "A"];
      for (const key of keys) await put(key, "");
      const page = await store.scan({
        from: bytes("\u0000"),
        to: bytes("\u00ff\u00ff"),
        limit: 100,
      });
      expect(keysOf(page)).toEqual(["\u0000", "A", "a", "a\u0000", "a\u00ff", "b", "\u00ff"]);
      expect(page.next).toBeUndefined();
    });

    test("each page of a scan begins where the page before ended, in both directions", async () => {
      for (const key of ["a", "b", "c", "d", "e"]) await put(key, "");
      const forward = await store.scan({ from: bytes("a"), to: bytes("e"), limit: 3 });
      expect(keysOf(forward)).toEqual(["a", "b", "c"]);
      const rest = await store.scan({ from: forward.next ?? bytes(""), to: bytes("e"), limit: 3 });
      expect(keysOf(rest)).toEqual(["d"]);
      const back = await store.scan({ from: bytes("b"), to: bytes("e"), limit: 2, reverse: true });
      expect(keysOf(back)).toEqual(["d", "c"]);
      const before = await store.scan({
        from: bytes("b"),
        to: back.next ?? bytes(""),
        limit: 2,
        reverse: true,
      });
      expect(keysOf(before)).toEqual(["b"]);
      expect(before.next).toBeUndefined();
    });

    test("a scanned row has the version that a commit can check, in both directions", async () => {
      const version = await put("k", "1");
      for (const reverse of [false, true]) {
        const { rows } = await store.scan({ from: bytes("a"), to: bytes("z"), limit: 9, reverse });
        expect(rows).toMatchObject([{ entry: { version } }]);
      }
    });

    test("a scan never returns payloads and refuses a limit out of bounds", async () => {
      await store.commit(
        commitOf({ puts: [{ key: bytes("k"), value: bytes("v"), payload: bytes("p") }] }),
      );
      const { rows } = await store.scan({ from: bytes("a"), to: bytes("z"), limit: 1 });
      expect(rows[0]).not.toHaveProperty("entry.payload");
      for (const limit of [0, maxScanRows + 1]) {
        await expect(store.scan({ from: bytes("a"), to: bytes("z"), limit })).rejects.toThrow(
          RangeError,
        );
      }
    });

    test("a rolled-up scan returns the rows of a plain scan, rolled up", async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.stringMatching(/^[ab/]{1,6}$/), { maxLength: 30 }),
          fc.constantFrom("", "a", "a/"),
          fc.constantFrom("/", "a/", "b"),
          fc.integer({ min: 1, max: 5 }),
          fc.constantFrom("", "\u0000/a"),
          async (keys, prefix, delimiter, limit, tail) => {
            const place = `${mintVersion()}:`;
            for (const key of keys) await put(place + key + tail, key);
            const tailLength = tail.length;
            const from = bytes(place + prefix);
            const scan: Scan = {
              from,
              to: prefixEnd(from) ?? bytes("\u00ff"),
              limit,
              rollUp: { prefixLength: from.length, delimiter: bytes(delimiter), tailLength },
            };
            expect(await allRows(store, scan)).toEqual(await rolledUpByHand(store, scan));
          },
        ),
        { numRuns: 40, seed: 20_261_122 },
      );
    });
  });
}

async function allRows(store: MetadataStore, scan: Scan): Promise<(string | undefined)[]> {
  const out: (string | undefined)[] = [];
  let from: Uint8Array | undefined = scan.from;
  while (from !== undefined) {
    const page: Page = await store.scan({ ...scan, from });
    expect(page.rows.length).toBeLessThanOrEqual(scan.limit);
    for (const row of page.rows) {
      out.push("entry" in row ? text(row.entry.key) : `${text(row.commonPrefix)}…`);
    }
    from = page.next;
  }
  return out;
}

// The oracle: reads every row and rolls up by itself.
async function rolledUpByHand(store: MetadataStore, scan: Scan): Promise<(string | undefined)[]> {
  const page = await store.scan({ from: scan.from, to: scan.to, limit: maxScanRows });
  const out = new Set<string | undefined>();
  for (const row of page.rows) {
    if (!("entry" in row) || scan.rollUp === undefined) continue;
    const prefix = commonPrefixOf(row.entry.key, scan.rollUp);
    out.add(prefix === undefined ? text(row.entry.key) : `${text(prefix)}…`);
  }
  return [...out];
}
