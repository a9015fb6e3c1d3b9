// Days of the calendar, in UTC.

/** Milliseconds of a day. */
export const dayMs = 86_400_000;

/** The first midnight UTC after a time. */
export function nextMidnight(nowMs: number): number {
  return (Math.floor(nowMs / dayMs) + 1) * dayMs;
}
