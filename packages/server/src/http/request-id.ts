// Request ids: 24 upper-case hex digits, of which the first 12 are the time in milliseconds. An
// upload's is also the id of its delivery, so deliveries are ordered by time.
import { randomFillSync } from "node:crypto";

const pool = Buffer.alloc(6 * 1_024);
let used = pool.length;

/** Mints a request id. */
export function mintRequestId(nowMs: number): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const chance = pool.toString("hex", used, used + 6);
  used += 6;
  return (nowMs.toString(16).padStart(12, "0") + chance).toUpperCase();
}
