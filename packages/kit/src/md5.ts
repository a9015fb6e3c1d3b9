// MD5 (RFC 1321) in plain JavaScript, for edge runtimes: they have only WebCrypto, which lacks MD5.

const shifts = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21] as const;
const sines = Array.from({ length: 64 }, (_unused, index) =>
  Math.floor(Math.abs(Math.sin(index + 1)) * 0x1_0000_0000),
);

/** The MD5 of bytes. */
export function md5(bytes: Uint8Array): Uint8Array {
  const padded = pad(bytes);
  const view = new DataView(padded.buffer);
  let [a, b, c, d] = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
  for (let block = 0; block < padded.length; block += 64) {
    const before = [a, b, c, d] as const;
    for (let step = 0; step < 64; step += 1) {
      const [mixed, word] = round(step, b, c, d);
      const sum = (a + mixed + (sines[step] ?? 0) + view.getUint32(block + word * 4, true)) | 0;
      const shift = shifts[(step >> 4) * 4 + (step & 3)] ?? 0;
      [a, d, c, b] = [d, c, b, (b + ((sum << shift) | (sum >>> (32 - shift)))) | 0];
    }
    a = (a + before[0]) | 0;
    b = (b + before[1]) | 0;
    c = (c + before[2]) | 0;
    d = (d + before[3]) | 0;
  }
  const out = new DataView(new ArrayBuffer(16));
  for (const [index, word] of [a, b, c, d].entries()) out.setUint32(index * 4, word, true);
  return new Uint8Array(out.buffer);
}

// The four rounds' functions, and which word of the block each step takes.
function round(step: number, b: number, c: number, d: number): readonly [number, number] {
  switch (step >> 4) {
    case 0:
      return [(b & c) | (~b & d), step];
    case 1:
      return [(d & b) | (~d & c), (5 * step + 1) & 15];
    case 2:
      return [b ^ c ^ d, (3 * step + 5) & 15];
    default:
      return [c ^ (b | ~d), (7 * step) & 15];
  }
}

function pad(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(((bytes.length + 8) >> 6) * 64 + 64);
  out.set(bytes);
  out[bytes.length] = 0x80;
  const view = new DataView(out.buffer);
  view.setUint32(out.length - 8, bytes.length << 3, true);
  view.setUint32(out.length - 4, bytes.length >>> 29, true);
  return out;
}
