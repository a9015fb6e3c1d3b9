// When a failed callback is repeated, and whether the server's or the bucket's policy applies.
import { describe, expect, test } from "vitest";
import { exactPolicy, nextRoundMs, policyOf, recordedPolicy } from "./delivery-policy.ts";

const retry = {
  maxAttempts: 4,
  firstDelayMs: 1_000,
  maxDelayMs: 3_000,
  maxAgeMs: 60_000,
  timeoutMs: 5_000,
};
const policy = { retry };
const round = (rounds: number, chance = 1, nowMs = 0) =>
  nextRoundMs({ policy, rounds, createdMs: 0, nowMs, chance });

describe("the next round", () => {
  test("begins after a pause that doubles, up to the longest pause", () => {
    expect([1, 2, 3].map((rounds) => round(rounds))).toEqual([1_000, 2_000, 3_000]);
  });

  test("begins earlier at random, but not before half of its pause", () => {
    expect([0, 0.5, 1].map((chance) => round(1, chance))).toEqual([500, 750, 1_000]);
  });

  test("does not begin after the maximum number of rounds", () => {
    expect(round(4)).toBeUndefined();
  });

  test("does not begin when the upload would be too old by then", () => {
    expect(round(1, 1, 59_000)).toBe(60_000);
    expect(round(1, 1, 59_001)).toBeUndefined();
  });

  test("does not begin in exact mode", () => {
    const exact = { policy: recordedPolicy(exactPolicy), rounds: 1, createdMs: 0, nowMs: 0 };
    expect(nextRoundMs({ ...exact, chance: 0 })).toBeUndefined();
  });
});

describe("a bucket's policy", () => {
  const empty = { webhookSecrets: [], extendedOperations: [], defaultCallbacks: [] };

  test("falls back to the server's where it sets nothing", () => {
    const server = { onFailure: "hide", webhookSignature: true, retry } as const;
    expect(policyOf(server, undefined)).toBe(server);
    expect(policyOf(server, empty)).toEqual(server);
  });

  test("overrides the server's where it sets a value", () => {
    const own = { ...empty, onFailure: "delete", retry: { maxAttempts: 9 } } as const;
    expect(policyOf({ ...exactPolicy, retry }, own)).toEqual({
      onFailure: "delete",
      webhookSignature: false,
      retry: { ...retry, maxAttempts: 9 },
    });
  });

  test("is not recorded in the delivery when everything is as in OSS", () => {
    expect(recordedPolicy(exactPolicy)).toBeUndefined();
  });
});
