// The rounds of a retry policy, as the server plans them.
import { expect, test } from "vitest";
import { retrySchedule } from "./retry-schedule.ts";

test.each([
  [{}, [0]],
  [{ maxAttempts: 5 }, [0, 5, 15, 35, 75]],
  [{ maxAttempts: 5, firstDelaySeconds: 60, maxDelaySeconds: 100 }, [0, 60, 160, 260, 360]],
  [{ maxAttempts: 1_000, firstDelaySeconds: 10, maxAgeSeconds: 60 }, [0, 10, 30]],
])("%j", (retry, seconds) => {
  expect(retrySchedule(retry)).toEqual(seconds);
});

test("at most 1,000 rounds are planned", () => {
  const retry = { maxAttempts: 1_000, firstDelaySeconds: 1, maxDelaySeconds: 1 };
  expect(retrySchedule(retry)).toHaveLength(1_000);
});
