// Clock steps: after a step forward, leases are in doubt for a fixed time.
import { expect, test } from "vitest";
import { ClockSteps } from "./clock-steps.ts";

test("only a clear step forward leaves the clock unsettled, for the rest time", () => {
  let wallMs = 1e12;
  let monotonicMs = 0;
  const pass = (ms: number, stepMs = 0): void => {
    monotonicMs += ms;
    wallMs += ms + stepMs;
  };
  const steps = new ClockSteps({
    clock: () => wallMs,
    monotonic: () => monotonicMs,
    uptime: () => monotonicMs,
    restMs: 40_000,
  });
  expect(steps.isSettled()).toBe(true);
  pass(60_000);
  expect(steps.isSettled()).toBe(true);
  pass(1_000, 900); // as clocks are adjusted
  expect(steps.isSettled()).toBe(true);
  pass(1_000, 45_000);
  expect(steps.isSettled()).toBe(false);
  pass(39_999);
  expect(steps.isSettled()).toBe(false);
  pass(1);
  expect(steps.isSettled()).toBe(true);
  pass(1_000, -600_000);
  expect(steps.isSettled()).toBe(true);
});

test("a step in either direction is reported once; the machine's sleep is not a step", () => {
  let [wallMs, monotonicMs, uptimeMs] = [1e12, 0, 0];
  const pass = (ms: number): void => {
    wallMs += ms;
    monotonicMs += ms;
    uptimeMs += ms;
  };
  const steps = new ClockSteps({
    clock: () => wallMs,
    monotonic: () => monotonicMs,
    uptime: () => uptimeMs,
    restMs: 40_000,
  });
  pass(10_000);
  expect(steps.takeStep()).toBe(0);
  wallMs -= 3_600_000;
  pass(5);
  expect([steps.takeStep(), steps.takeStep()]).toEqual([-3_600_000, 0]);
  wallMs += 60_000;
  expect([steps.takeStep(), steps.takeStep()]).toEqual([60_000, 0]);
  wallMs += 600_000;
  uptimeMs += 600_000;
  expect(steps.takeStep()).toBe(0);
});
