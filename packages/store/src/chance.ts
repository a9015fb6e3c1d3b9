// Random bytes from a pool: asking the system for eight of them costs as much as for thousands.

const poolBytes = 8_192;
const pool = new Uint8Array(poolBytes);
let used = poolBytes;

/** Fills bytes with chance. At most {@link poolBytes} at a time. */
export function fillWithChance(bytes: Uint8Array): void {
  if (used + bytes.length > poolBytes) {
    crypto.getRandomValues(pool);
    used = 0;
  }
  bytes.set(pool.subarray(used, used + bytes.length));
  used += bytes.length;
}
