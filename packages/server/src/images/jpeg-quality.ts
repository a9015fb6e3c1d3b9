// Estimates the quality with which a JPEG was written, by its table for luminance. Encoders scale
// the table of the standard (ITU T.81, annex K).

/** The standard's table, in zigzag order. */
const standard = (
  "16 11 12 14 12 10 16 14 13 14 18 17 16 19 24 40 " +
  "26 24 22 22 24 49 35 37 29 40 58 51 61 60 57 51 " +
  "56 55 64 72 92 78 64 68 87 69 55 56 80 109 81 87 " +
  "95 98 103 104 103 62 77 113 121 112 100 120 92 101 103 99"
)
  .split(" ")
  .map(Number);

const standardSum = standard.reduce((sum, value) => sum + value, 0);

/** The quality from 1 to 100; undefined where the file has no such table. */
export function jpegQuality(bytes: Uint8Array): number | undefined {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 2;
  while (at + 4 < data.length && data[at] === 0xff) {
    const marker = data[at + 1] ?? 0;
    const length = data.readUInt16BE(at + 2);
    if (marker === 0xda) return undefined; // the pixels begin
    if (marker === 0xdb) {
      const isEightBit = data[at + 4] === 0;
      if (!isEightBit || at + 5 + standard.length > data.length) return undefined;
      const table = data.subarray(at + 5, at + 5 + standard.length);
      const percent = (table.reduce((sum, value) => sum + value, 0) / standardSum) * 100;
      const quality = percent <= 100 ? (200 - percent) / 2 : 5_000 / percent;
      return Math.min(100, Math.max(1, Math.round(quality)));
    }
    at += 2 + length;
  }
  return undefined;
}
