// When a failed callback is repeated, and whose word counts.
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
  test("comes after a pause that doubles, up to the longest", () => {
    expect([1, 2, 3].map((rounds) => round(rounds))).toEqual([1_000, 2_000, 3_000]);
  });

  test("is brought forward by chance, to half of its pause at most", () => {
    expect([0, 0.5, 1].map((chance) => round(1, chance))).toEqual([500, 750, 1_000]);
  });

  test("does not come when there have been as many as may be", () => {
    expect(round(4)).toBeUndefined();
  });

  test("does not come when the upload would be too old by then", () => {
    expect(round(1, 1, 59_000)).toBe(60_000);
    expect(round(1, 1, 59_001)).toBeUndefined();
  });

  test("does not come in exact mode", () => {
    const exact = { policy: recordedPolicy(exactPolicy), rounds: 1, createdMs: 0, nowMs: 0 };
    expect(nextRoundMs({ ...exact, chance: 0 })).toBeUndefined();
  });
});

describe("a bucket's policy", () => {
  const empty = { webhookSecrets: [], extendedOperations: [], defaultCallbacks: [] };

  test("is the server's where it says nothing", () => {
    const server = { onFailure: "hide", webhookSignature: true, retry } as const;
    expect(policyOf(server, undefined)).toBe(server);
    expect(policyOf(server, empty)).toEqual(server);
  });

  test("counts where it says something", () => {
    const own = { ...empty, onFailure: "delete", retry: { maxAttempts: 9 } } as const;
    expect(policyOf({ ...exactPolicy, retry }, own)).toEqual({
      onFailure: "delete",
      webhookSignature: false,
      retry: { ...retry, maxAttempts: 9 },
    });
  });

  test("leaves no trace in the delivery when everything is as in OSS", () => {
    expect(recordedPolicy(exactPolicy)).toBeUndefined();
  });
});
