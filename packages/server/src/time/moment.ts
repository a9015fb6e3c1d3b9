// Moments as people name them: a date, or how long ago it was.
const unitMs: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** What {@link parseMoment} reads, in words. */
export const momentWords = "15m, 2h, 3d, or a date";

/**
 * Reads `15m`, `2h`, `3d` (before now) or a date; milliseconds since 1970, NaN for anything else.
 */
export function parseMoment(text: string, nowMs: number): number {
  const [, count, unit = ""] = /^(\d+)([smhd])$/.exec(text) ?? [];
  return count === undefined ? Date.parse(text) : nowMs - Number(count) * (unitMs[unit] ?? 0);
}
