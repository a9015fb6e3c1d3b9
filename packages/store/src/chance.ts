// Random bytes from a pool: a system call for eight bytes costs as much as one for thousands.

const poolBytes = 8_192;
const pool = new Uint8Array(poolBytes);
let used = poolBytes;

/** Fills a buffer with random bytes. At most {@link poolBytes} at a time. */
export function fillWithChance(bytes: Uint8Array): void {
  if (used + bytes.length > poolBytes) {
    crypto.getRandomValues(pool);
    used = 0;
  }
  bytes.set(pool.subarray(used, used + bytes.length));
  used += bytes.length;
}
