// Codecs turn one header, query value or XML text into a typed value and back.

/**
 * Encodes and decodes one value. `decode` throws a RangeError for text that is not such a value.
 */
export interface Codec<T> {
  readonly decode: (raw: string) => T;
  readonly encode: (value: T) => string;
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

/**
 * A time in XML. OSS writes whole seconds that end in `.000Z`, and oss2 refuses anything else
 * (oss2/utils.py).
 */
export const isoDate: Codec<Date> = {
  decode: (raw) => httpDate.decode(raw), // `httpDate.decode` alone would keep both in bundles
  encode: (value) => `${value.toISOString().slice(0, 19)}.000Z`,
};

/** An entity tag: quoted on the wire, bare in values. */
export const entityTag: Codec<string> = {
  decode: (raw) => raw.replace(/^"|"$/g, ""),
  encode: (value) => `"${value}"`,
};
