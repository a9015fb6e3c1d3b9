// The order of UTF-8, in which OSS lists keys. It differs from that of UTF-16, in which JavaScript
// compares strings, for characters outside of plane 0.

/** The order of two texts: negative, 0 or positive. */
export function compareText(one: string, other: string): number {
  if (one === other) return 0;
  if (/[\ud800-\udfff]/.test(one) || /[\ud800-\udfff]/.test(other)) {
    return Buffer.compare(Buffer.from(one), Buffer.from(other));
  }
  return one < other ? -1 : 1;
}
