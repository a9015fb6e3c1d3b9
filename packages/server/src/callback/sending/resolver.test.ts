// Lookups: callers that resolve the same name share one, and names without an answer do not delay
// other names.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Resolver } from "./resolver.ts";

let asked: string[];
let answers: Map<string, (addresses: readonly string[] | Error) => void>;
let resolver: Resolver;

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  answers = new Map();
  resolver = new Resolver(
    (host) => {
      asked.push(host);
      return new Promise((resolve, reject) => {
        answers.set(host, (what) => (what instanceof Error ? reject(what) : resolve(what)));
      });
    },
    () => Date.now(),
  );
});
afterEach(() => vi.useRealTimers());

/** Resolves a name once, so that the resolver keeps its answer. */
async function known(host: string, address: string): Promise<void> {
  const found = resolver.resolve(host);
  answers.get(host)?.([address]);
  await found;
  asked = [];
}

test("callers that resolve the same name share a lookup, and a failed one rejects", async () => {
  const both = [resolver.resolve("a"), resolver.resolve("a")];
  answers.get("a")?.(["192.0.2.1"]);
  expect(await Promise.all(both)).toEqual([["192.0.2.1"], ["192.0.2.1"]]);
  const next = resolver.resolve("a");
  expect(asked).toEqual(["a", "a"]);
  answers.get("a")?.(new Error("no such name"));
  await expect(next).rejects.toThrow("no such name");
});

test("a name keeps its earlier answer while lookups of other names get none", async () => {
  await known("good", "192.0.2.1");
  await known("other", "192.0.2.9");
  const silent = ["s1", "s2"].map((host) => resolver.resolve(host).catch(String));
  const both = [resolver.resolve("other"), resolver.resolve("good")];
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await Promise.all(both)).toEqual([["192.0.2.9"], ["192.0.2.1"]]);
  // One lookup is for names that have had an answer.
  expect(asked).toEqual(["s1", "other"]);
  answers.get("other")?.(["192.0.2.9"]);
  await vi.advanceTimersByTimeAsync(0);
  expect(asked).toEqual(["s1", "other", "good"]);
  answers.get("s1")?.(new Error("nobody"));
  expect(await silent[0]).toBe("Error: nobody");
  expect(asked).toEqual(["s1", "other", "good", "s2"]);
});

test("a name that stops resolving keeps its earlier addresses", async () => {
  await known("good", "192.0.2.1");
  void resolver.resolve("good");
  await vi.advanceTimersByTimeAsync(4_000);
  expect(await resolver.resolve("good")).toEqual(["192.0.2.1"]);
});

test("a name without an answer is not looked up again for half a minute", async () => {
  const first = resolver.resolve("s1").catch(String);
  await vi.advanceTimersByTimeAsync(4_000);
  await expect(resolver.resolve("s1")).rejects.toMatchObject({ code: "EAI_AGAIN" });
  answers.get("s1")?.(new Error("nobody"));
  expect(await first).toBe("Error: nobody");
  await expect(resolver.resolve("s1")).rejects.toThrow("no name server answers for s1");
  expect(asked).toEqual(["s1"]);
  await vi.advanceTimersByTimeAsync(30_001);
  const again = resolver.resolve("s1");
  answers.get("s1")?.(["192.0.2.1"]);
  expect(await again).toEqual(["192.0.2.1"]);
});

test("a name is not looked up after its callers have stopped waiting", async () => {
  for (const host of ["s1", "late"]) void resolver.resolve(host).catch(() => undefined);
  const late = resolver.resolve("late");
  await vi.advanceTimersByTimeAsync(6_000);
  answers.get("s1")?.(new Error("nobody"));
  await expect(late).rejects.toThrow("no name server answers for late");
  expect(asked).toEqual(["s1"]);
});
