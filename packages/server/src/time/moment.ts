// Reads points in time as operators write them: a date, or an age.
const unitMs: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** The forms that {@link parseMoment} accepts, for error texts. */
export const momentWords = "15m, 2h, 3d, or a date";

/**
 * Reads an age (`15m`, `2h`, `3d` before `nowMs`) or a date. Returns milliseconds since 1970, or
 * NaN for any other text.
 */
export function parseMoment(text: string, nowMs: number): number {
  const [, count, unit = ""] = /^(\d+)([smhd])$/.exec(text) ?? [];
  return count === undefined ? Date.parse(text) : nowMs - Number(count) * (unitMs[unit] ?? 0);
}
