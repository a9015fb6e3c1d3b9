// The parts of keys: how a value is encoded so that bytes sort like the values, and how it is
// decoded.

/** A part of a key. */
export interface KeyPart<Value> {
  /** Its name in the table of the key space. */
  readonly name: string;
  /**
   * Its length, where all values have the same length. At most one part of a kind may have no fixed
   * length.
   */
  readonly fixedBytes?: number;
  /** Length of the mark that ends the value, where other parts follow. */
  readonly endBytes?: number;
  /** Bytes that {@link KeyPart.write} takes, the end mark included. */
  bytesOf(value: Value): number;
  /** Writes the value and its end mark at an offset. */
  write(value: Value, out: Buffer, at: number): void;
  /** Reads the value from its bytes in a key, without the end mark. */
  read(key: Buffer, from: number, to: number): Value;
}

/** Bytes as they are: an id, a hash. */
export function bytes(name: string, fixedBytes?: number): KeyPart<Uint8Array> {
  return {
    name,
    ...(fixedBytes === undefined ? {} : { fixedBytes }),
    bytesOf: ({ length }) => {
      if (fixedBytes === undefined || length === fixedBytes) return length;
      throw new RangeError(`${name} has ${length} bytes, not ${fixedBytes}`);
    },
    write: (value, out, at) => out.set(value, at),
    read: (key, from, to) => new Uint8Array(key.subarray(from, to)),
  };
}

/** A text that ends the key. */
export function text<Text extends string = string>(name: string): KeyPart<Text> {
  return {
    name,
    bytesOf: (value) => Buffer.byteLength(value),
    write: (value, out, at) => void out.write(value, at),
    read: (key, from, to) => key.toString("utf8", from, to) as Text, // as it was written
  };
}

/** An unsigned integer of up to six bytes. */
export function uint(name: string, fixedBytes: number): KeyPart<number> {
  return {
    name,
    fixedBytes,
    bytesOf: () => fixedBytes,
    write: (value, out, at) => void out.writeUIntBE(value, at, fixedBytes),
    read: (key, from) => key.readUIntBE(from, fixedBytes),
  };
}

/** An unsigned integer of eight bytes, up to `Number.MAX_SAFE_INTEGER`. */
export function uint64(name: string): KeyPart<number> {
  return {
    name,
    fixedBytes: 8,
    bytesOf: () => 8,
    write: (value, out, at) => void out.writeBigUInt64BE(BigInt(value), at),
    read: (key, from) => Number(key.readBigUInt64BE(from)),
  };
}

/** One of several names, each encoded as one byte. Reading throws for a byte that no name has. */
export function choice<Name extends string>(
  name: string,
  byteOf: Readonly<Record<Name, number>>,
): KeyPart<Name> {
  const names = new Map(
    Object.entries<number>(byteOf).map(([one, byte]) => [byte, one as Name]), // a table's own keys
  );
  return {
    name,
    fixedBytes: 1,
    bytesOf: () => 1,
    write: (value, out, at) => void out.writeUInt8(byteOf[value], at),
    read: (key, from) => {
      const byte = key.readUInt8(from);
      const chosen = names.get(byte);
      if (chosen === undefined) throw new Error(`${name} ${byte} is not known`);
      return chosen;
    },
  };
}

const end = Buffer.of(0x00, 0x01);

/**
 * A text that other parts follow. A byte 00 becomes 00 FF, and 00 01 ends the text. The end thus
 * sorts before every continuation of the text.
 */
export function endedText(name: string): KeyPart<string> {
  return {
    name,
    endBytes: end.length,
    bytesOf: (value) => {
      const escapes = value.includes("\0") ? value.split("\0").length - 1 : 0;
      return Buffer.byteLength(value) + escapes + end.length;
    },
    write: (value, out, at) => {
      const written = value.includes("\0") ? escapeText(value).copy(out, at) : out.write(value, at);
      out.set(end, at + written);
    },
    read: (key, from, to) => {
      const isEnded =
        to === key.length || key.compare(end, 0, end.length, to, to + end.length) === 0;
      if (!isEnded) throw new RangeError(`${name} has no end`);
      return unescapeText(key.subarray(from, to));
    },
  };
}

/** A text as {@link endedText} writes it, without its end. */
function escapeText(value: string): Buffer {
  const raw = Buffer.from(value);
  if (!raw.includes(0)) return raw;
  const out: number[] = [];
  for (const byte of raw) {
    out.push(byte);
    if (byte === 0) out.push(0xff);
  }
  return Buffer.from(out);
}

function unescapeText(escaped: Buffer): string {
  if (!escaped.includes(0)) return escaped.toString();
  const out: number[] = [];
  for (let at = 0; at < escaped.length; at += 1) {
    out.push(escaped[at] ?? 0);
    if (escaped[at] === 0) at += 1;
  }
  return Buffer.from(out).toString();
}
