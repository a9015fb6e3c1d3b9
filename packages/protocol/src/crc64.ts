// Computes the CRC-64/XZ of a whole from the CRCs of its parts, without reading their bytes. It
// does for 64 bits what zlib's crc32_combine does for 32.

// The reflected ECMA-182 polynomial, C96C5795D7870F42, as two halves; numbers of 32 bits are far
// faster than BigInt.
const polyHigh = 0xc96c5795;
const polyLow = 0xd7870f42;

/** A polynomial over GF(2) modulo the CRC's; bit 63 is the coefficient of x⁰. */
interface Polynomial {
  readonly high: number;
  readonly low: number;
}

// a · b modulo the CRC's polynomial.
function multiply(a: Polynomial, b: Polynomial): Polynomial {
  let { high, low } = b;
  let productHigh = 0;
  let productLow = 0;
  for (let bit = 0; bit < 64; bit += 1) {
    const word = bit < 32 ? a.high : a.low;
    if (((word >>> (31 - (bit & 31))) & 1) === 1) {
      productHigh ^= high;
      productLow ^= low;
    }
    const carry = low & 1;
    low = (low >>> 1) | ((high & 1) << 31);
    high >>>= 1;
    if (carry === 1) {
      high ^= polyHigh;
      low ^= polyLow;
    }
  }
  return { high: productHigh >>> 0, low: productLow >>> 0 };
}

/** Entry n is x to the power of 8 · 2ⁿ, the shift by 2ⁿ bytes. */
const powers: Polynomial[] = [{ high: 0x00800000, low: 0 }];

function power(index: number): Polynomial {
  for (let at = powers.length; at <= index; at += 1) {
    const last = powers[at - 1] ?? { high: 0, low: 0 };
    powers.push(multiply(last, last));
  }
  return powers[index] ?? { high: 0, low: 0 };
}

// x to the power of 8 · bytes.
function shiftOf(bytes: number): Polynomial {
  let product: Polynomial = { high: 0x80000000, low: 0 };
  for (let left = bytes, index = 0; left > 0; left = Math.floor(left / 2), index += 1) {
    if (left % 2 === 1) product = multiply(product, power(index));
  }
  return product;
}

/** A part of a whole. */
export interface Crc64Part {
  /** Unsigned decimal. */
  readonly crc64: string;
  readonly size: number;
}

/** The CRC-64 of parts in order, in unsigned decimal; `0` for no parts. */
export function combineCrc64(parts: readonly Crc64Part[]): string {
  let sum: Polynomial = { high: 0, low: 0 };
  let shift: Polynomial | undefined;
  let shiftBytes = -1;
  for (const { crc64, size } of parts) {
    if (shift === undefined || size !== shiftBytes) {
      shift = shiftOf(size); // parts are mostly of one size
      shiftBytes = size;
    }
    const moved = multiply(shift, sum);
    const value = BigInt(crc64);
    sum = {
      high: (moved.high ^ Number(value >> 32n)) >>> 0,
      low: (moved.low ^ Number(value & 0xffff_ffffn)) >>> 0,
    };
  }
  return ((BigInt(sum.high) << 32n) | BigInt(sum.low)).toString();
}
