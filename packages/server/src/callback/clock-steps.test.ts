// Steps of the clock: forward ones put leases in doubt for as long as a lease is.
import { expect, test } from "vitest";
import { ClockSteps } from "./clock-steps.ts";

test("a clock that is set forward is not believed for a while, others are", () => {
  let wallMs = 1e12;
  let monotonicMs = 0;
  const pass = (ms: number, stepMs = 0): void => {
    monotonicMs += ms;
    wallMs += ms + stepMs;
  };
  const steps = new ClockSteps(
    () => wallMs,
    () => monotonicMs,
    40_000,
  );
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
