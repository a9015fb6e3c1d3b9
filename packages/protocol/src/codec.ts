// Codecs turn one header, query value or XML text into a typed value and back.

/**
 * Encodes and decodes one value. `decode` throws a RangeError for text that is not such a value.
 */
export interface Codec<T> {
  readonly decode: (raw: string) => T;
  readonly encode: (value: T) => string;
  /** Whether the text never contains characters that XML escapes. */
  readonly isPlain?: true;
}

/** Text as it stands. */
export const text: Codec<string> = { decode: (raw) => raw, encode: (value) => value };

/** Text that travels percent-encoded, as UTF-8. */
export const percentEncoded: Codec<string> = {
  decode: (raw) => {
    try {
      return decodeURIComponent(raw);
    } catch (cause) {
      throw new RangeError(raw, { cause });
    }
  },
  encode: encodeURIComponent,
};

/** As `percentEncoded`, but `+` decodes to a blank too: SDKs write query values in this form. */
export const queryEncoded: Codec<string> = {
  decode: (raw) => percentEncoded.decode(raw.replaceAll("+", "%20")),
  encode: encodeURIComponent,
};

/** `true` or `false`, in any case. */
export const flag: Codec<boolean> = {
  decode: (raw) => {
    if (!/^(true|false)$/i.test(raw)) throw new RangeError(raw);
    return /true/i.test(raw);
  },
  encode: String,
};

/** A decimal integer from `min` to `max`. */
export function integer(min = 0, max: number = Number.MAX_SAFE_INTEGER): Codec<number> {
  return {
    decode: (raw) => {
      const value = Number(raw);
      if (!/^-?\d+$/.test(raw) || value < min || value > max) throw new RangeError(raw);
      return value;
    },
    encode: String,
    isPlain: true,
  };
}

/** One of a fixed set of words, compared exactly. */
export function oneOf<const T extends string>(...values: readonly T[]): Codec<T> {
  return {
    decode: (raw) => {
      if (!values.includes(raw as T)) throw new RangeError(raw);
      return raw as T;
    },
    encode: (value) => value,
  };
}

/** One of a fixed set of words, compared without case and decoded to the declared spelling. */
export function oneOfAnyCase<const T extends string>(...values: readonly T[]): Codec<T> {
  return {
    decode: (raw) => {
      const found = values.find((value) => value.toLowerCase() === raw.toLowerCase());
      if (found === undefined) throw new RangeError(raw);
      return found;
    },
    encode: (value) => value,
  };
}

/** An HTTP date in a header, `Sun, 22 Nov 2026 09:00:00 GMT`. */
export const httpDate: Codec<Date> = {
  decode: (raw) => {
    const value = new Date(raw);
    if (Number.isNaN(value.getTime())) throw new RangeError(raw);
    return value;
  },
  encode: (value) => value.toUTCString(),
};

const dayMs = 86_400_000;

// A page of a listing has 1,000 times, mostly of few days. Date.prototype.toISOString takes as long
// as the rest of an entry.
let lastDay = 0;
let lastDayText = "1970-01-01";

function isoSeconds(value: Date): string {
  const ms = value.getTime();
  const day = Math.floor(ms / dayMs);
  if (day !== lastDay) {
    lastDayText = value.toISOString().slice(0, -"T00:00:00.000Z".length);
    lastDay = day;
  }
  const seconds = Math.floor((ms - day * dayMs) / 1_000);
  const hour = twoDigits(Math.floor(seconds / 3_600));
  const minute = twoDigits(Math.floor(seconds / 60) % 60);
  return `${lastDayText}T${hour}:${minute}:${twoDigits(seconds % 60)}`;
}

function twoDigits(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}

/**
 * A time in XML. OSS writes whole seconds that end in `.000Z`, and oss2 refuses anything else
 * (oss2/utils.py).
 */
export const isoDate: Codec<Date> = {
  decode: (raw) => httpDate.decode(raw), // `httpDate.decode` alone would keep both in bundles
  encode: (value) => `${isoSeconds(value)}.000Z`,
  isPlain: true,
};

/** An entity tag: quoted on the wire, bare in values. */
export const entityTag: Codec<string> = {
  decode: (raw) => raw.replace(/^"|"$/g, ""),
  encode: (value) => `"${value}"`,
};
