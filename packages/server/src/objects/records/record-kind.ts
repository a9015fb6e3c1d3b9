// A kind of record: one declaration says how its keys are made of parts and what its records hold.
// Keys, ranges and the codec of its records derive from it.
import { OssError } from "@ossicle/protocol";
import { maxValueBytes, prefixEnd } from "@ossicle/store";
import { asBuffer } from "./as-buffer.ts";
import type { KeyPart } from "./key-parts.ts";

/** What a kind of record declares. */
export interface KindDeclaration<Letter extends string, Parts extends readonly unknown[]> {
  /** First byte of its keys. */
  readonly letter: Letter;
  /** What follows the letter. */
  readonly parts: { readonly [Index in keyof Parts]: KeyPart<Parts[Index]> };
  /** What the record holds. */
  readonly holds: string;
  /** What a commit that changes it checks. */
  readonly guardedBy: string;
}

/** The first parts of a key: none, some or all. */
export type LeadingParts<Parts extends readonly unknown[]> = Parts extends readonly [
  ...infer Rest,
  unknown,
]
  ? Parts | LeadingParts<Rest>
  : Parts;

/** The keys from `from` (included) to `to` (excluded). */
export interface KeyRange {
  readonly from: Uint8Array;
  readonly to: Uint8Array;
}

/** The keys of a kind of record. */
class Keys<Letter extends string, Parts extends readonly unknown[]> {
  readonly letter: Letter;
  /** Names of the parts. */
  readonly parts: string;
  readonly holds: string;
  readonly guardedBy: string;
  /** Bytes after the part of variable length: its end mark, and the parts that follow. */
  readonly tailBytes: number;
  readonly #byte: number;
  readonly #parts: readonly KeyPart<unknown>[];
  /** Where each part begins; behind the part of variable length, counted from the key's end. */
  readonly #begins: readonly number[];
  /** Index of the part of variable length; -1 if there is none. */
  readonly #variable: number;
  /** Length of the shortest key. */
  readonly #minBytes: number;

  constructor({ letter, parts, holds, guardedBy }: KindDeclaration<Letter, Parts>) {
    this.letter = letter;
    this.#byte = letter.charCodeAt(0);
    this.#parts = parts;
    this.parts = this.#parts.map(({ name }) => name).join(", ");
    this.holds = holds;
    this.guardedBy = guardedBy;
    const variable = this.#parts.findIndex(({ fixedBytes }) => fixedBytes === undefined);
    this.#variable = variable;
    const { endBytes = 0 } = this.#parts[variable] ?? {};
    this.tailBytes = variable < 0 ? 0 : endBytes + sumOfFixed(this.#parts.slice(variable));
    this.#begins = this.#parts.map((_part, at) =>
      variable >= 0 && at > variable
        ? -sumOfFixed(this.#parts.slice(at))
        : 1 + sumOfFixed(this.#parts.slice(0, at)),
    );
    this.#minBytes = 1 + sumOfFixed(this.#parts) + endBytes;
  }

  /** The key of a record. */
  key(...values: Parts): Buffer {
    return this.#encode(values);
  }

  /** Reads the parts of a key. Throws RangeError for a key that is not of this kind. */
  partsOf(key: Uint8Array): Parts {
    const bytes = this.#checked(key);
    return this.#parts.map((_part, at) => this.#read(bytes, at)) as unknown as Parts;
  }

  /**
   * Reads one part of a key. Listings use it, because reading all parts of each key makes a page
   * slower (measured). Throws RangeError for a key that is not of this kind.
   */
  partOf<Index extends keyof Parts & number>(key: Uint8Array, index: Index): Parts[Index] {
    // oxlint-disable-next-line typescript/no-unnecessary-type-assertion -- tsc needs it
    return this.#read(this.#checked(key), index) as Parts[Index]; // read by the part's own type
  }

  /** All keys with these first parts. */
  range(...leading: LeadingParts<Parts>): KeyRange {
    const from = this.#encode(leading);
    return { from, to: prefixEnd(from) ?? from }; // no letter is FF, so the prefix has an end
  }

  /**
   * The first bytes of all keys with these leading parts. The last of them must be a text, and the
   * keys' text may continue after it.
   */
  beginning(...leading: LeadingParts<Parts>): Buffer {
    const encoded = this.#encode(leading);
    const { endBytes = 0 } = this.#parts[leading.length - 1] ?? {};
    return encoded.subarray(0, encoded.length - endBytes);
  }

  /** Decodes the result of {@link beginning}. The parts after the text are missing. */
  partsOfBeginning(beginning: Uint8Array): Partial<Parts> {
    const bytes = asBuffer(beginning);
    return this.#parts
      .slice(0, this.#variable + 1)
      .map((part, at) =>
        at === this.#variable
          ? part.read(bytes, this.#begins[at] ?? 1, bytes.length)
          : this.#read(bytes, at),
      ) as unknown as Partial<Parts>;
  }

  /** Reads a key and its record. Throws where either is damaged. */
  read(key: Uint8Array, value: Uint8Array): void {
    this.partsOf(key);
    decodeJson(value);
  }

  #encode(values: readonly unknown[]): Buffer {
    const lengths = values.map((value, at) => this.#parts[at]?.bytesOf(value) ?? 0);
    const out = Buffer.allocUnsafe(lengths.reduce((sum, length) => sum + length, 1));
    out[0] = this.#byte;
    let offset = 1;
    for (const [at, length] of lengths.entries()) {
      this.#parts[at]?.write(values[at], out, offset);
      offset += length;
    }
    return out;
  }

  #read(key: Buffer, at: number): unknown {
    const part = this.#parts[at];
    const begin = this.#begins[at] ?? 1;
    const from = begin > 0 ? begin : key.length + begin;
    const to = at === this.#variable ? key.length - this.tailBytes : from + (part?.fixedBytes ?? 0);
    return part?.read(key, from, to);
  }

  #checked(key: Uint8Array): Buffer {
    const bytes = asBuffer(key);
    if (bytes[0] !== this.#byte) throw this.#damaged(bytes, "begins with another letter");
    const excess = bytes.length - this.#minBytes;
    if (excess < 0) throw this.#damaged(bytes, "is too short");
    if (excess > 0 && this.#variable < 0) {
      throw this.#damaged(bytes, `has ${excess} bytes too many`);
    }
    return bytes;
  }

  #damaged(key: Buffer, problem: string): RangeError {
    return new RangeError(`the key ${key.toString("hex")} of kind ${this.letter} ${problem}`);
  }
}

function sumOfFixed(parts: readonly KeyPart<unknown>[]): number {
  return parts.reduce((sum, { fixedBytes = 0 }) => sum + fixedBytes, 0);
}

/** A kind of record whose records all have one type. */
export class RecordKind<
  Letter extends string,
  Parts extends readonly unknown[],
  Held extends object,
> extends Keys<Letter, Parts> {
  /** Throws InvalidArgument for a record that is too long. */
  encode(record: Held): Buffer {
    return encodeJson(record);
  }

  /** Returns undefined for a record that is too long. */
  encodeIfFits(record: Held): Buffer | undefined {
    const json = JSON.stringify(record);
    const length = lengthOf(json);
    return length > maxValueBytes ? undefined : withFormat(json, length);
  }

  /** Throws on an unknown format. */
  decode(value: Uint8Array): Held {
    return decodeJson(value) as Held; // as `encode` wrote it
  }
}

/** A kind of record whose records have types by name. */
export class NamedRecordKind<
  Letter extends string,
  Parts extends readonly unknown[],
  Records extends object,
> extends Keys<Letter, Parts> {
  /** Throws InvalidArgument for a record that is too long. */
  encode<Name extends keyof Records>(_name: Name, record: Records[Name] & object): Buffer {
    return encodeJson(record);
  }

  /** Throws on an unknown format. */
  decode<Name extends keyof Records>(_name: Name, value: Uint8Array): Records[Name] {
    return decodeJson(value) as Records[Name]; // as `encode` wrote it
  }
}

/** Format byte of JSON records. */
const jsonFormat = 0x01;

// The first byte is the format, so that an old record stays readable; JSON follows it
// (docs/decisions/0003: measured beside binary forms).
function encodeJson(record: object): Buffer {
  const json = JSON.stringify(record);
  const length = lengthOf(json);
  if (length > maxValueBytes) {
    throw new OssError(
      "InvalidArgument",
      { ArgumentName: "", ArgumentValue: "" },
      { message: `The record has ${length} bytes; the limit is ${maxValueBytes}.` },
    );
  }
  return withFormat(json, length);
}

function lengthOf(json: string): number {
  return 1 + Buffer.byteLength(json);
}

function withFormat(json: string, length: number): Buffer {
  const out = Buffer.allocUnsafe(length);
  out[0] = jsonFormat;
  out.write(json, 1);
  return out;
}

function decodeJson(value: Uint8Array): unknown {
  if (value[0] !== jsonFormat) {
    throw new Error(`record format ${value[0]} is unknown; this Ossicle reads ${jsonFormat} only`);
  }
  return JSON.parse(asBuffer(value).toString("utf8", 1));
}
