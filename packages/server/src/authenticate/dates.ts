// The two times that signatures V1 and V2 carry: the date of a signed request, and the end of a
// signed URL.
import { denied, isoSeconds, maxSkewMs, tooSkewed } from "./errors.ts";

/**
 * The date as it was signed: an HTTP date.
 *
 * @throws OssError AccessDenied for a missing date (EC 0002-00000503) or one that cannot be read
 *   (0002-00000502), RequestTimeTooSkewed for one too far from ours.
 */
export function checkDate(date: string | undefined, nowMs: number): string {
  if (date === undefined) {
    throw denied("OSS authentication requires a valid Date.", "0002-00000503");
  }
  const requestMs = Date.parse(date);
  if (Number.isNaN(requestMs)) {
    throw denied("OSS authentication requires a valid Date.", "0002-00000502");
  }
  if (Math.abs(requestMs - nowMs) > maxSkewMs) throw tooSkewed(requestMs, nowMs);
  return date;
}

/**
 * Checks the end of a signed URL, in seconds since the epoch.
 *
 * @throws OssError AccessDenied for a text that is no such number (EC 0002-00000070), or a time
 *   that has passed (0002-00000069).
 */
export function checkExpires(expires: string, nowMs: number): void {
  if (!/^\d{1,15}$/.test(expires)) {
    throw denied("Invalid date (should be seconds since epoch).", "0002-00000070");
  }
  const expiresMs = Number(expires) * 1_000;
  if (nowMs <= expiresMs) return;
  const error = denied("Request has expired.", "0002-00000069");
  throw Object.assign(error, {
    details: { Expires: isoSeconds(expiresMs), ServerTime: isoSeconds(nowMs) },
  });
}
