// What the index stores for an entry: a header, the value, and a small payload or the place of a
// larger one in the log. The first byte tells which.
import { type LogEnd, putBytes } from "./log-record.ts";

/** Forms of a stored value. The first two are those of earlier versions, without the log. */
export const forms = {
  /** The value alone. */
  oldPlain: 0,
  /** The value; its payload is in a database of its own. */
  oldWithPayload: 1,
  /** The position of the entry's record in the log (6 bytes), and the value. */
  plain: 2,
  /** Position, length of the value (4 bytes), value, payload. */
  inline: 3,
  /** Position, the payload's segment (6 bytes), offset in it (4), length (4), value. */
  logged: 4,
} as const;

/** Payloads of up to so many bytes are stored in the index, beside their value. */
export const maxInlinePayloadBytes = 1_024;

const plainHeaderBytes = 7;
const inlineHeaderBytes = 11;
const loggedHeaderBytes = 21;

/** Where a payload lies in the log. */
export interface PayloadPlace {
  /** The segment, by the position of its first byte. */
  readonly segment: number;
  readonly offset: number;
  readonly bytes: number;
}

/** What to store. */
export interface ValueToStore {
  /** Where the record in the log begins that holds the put. */
  readonly at: Omit<LogEnd, "checksum">;
  readonly value: Uint8Array;
  readonly payload: Uint8Array | undefined;
  /** Where the payload begins in the log. */
  readonly payloadPosition: number;
}

/** Encodes what the index stores. */
export function encodeStored({ at, value, payload, payloadPosition }: ValueToStore): Buffer {
  if (payload === undefined) {
    const stored = Buffer.allocUnsafe(plainHeaderBytes + value.length);
    stored[0] = forms.plain;
    stored.writeUIntLE(at.position, 1, 6);
    stored.set(value, plainHeaderBytes);
    return stored;
  }
  if (payload.length <= maxInlinePayloadBytes) {
    const valueEnd = inlineHeaderBytes + value.length;
    const stored = Buffer.allocUnsafe(valueEnd + payload.length);
    stored[0] = forms.inline;
    stored.writeUIntLE(at.position, 1, 6);
    stored.writeUInt32LE(value.length, 7);
    stored.set(value, inlineHeaderBytes);
    stored.set(payload, valueEnd);
    return stored;
  }
  const stored = Buffer.allocUnsafe(loggedHeaderBytes + value.length);
  stored[0] = forms.logged;
  stored.writeUIntLE(at.position, 1, 6);
  stored.writeUIntLE(at.segment, 7, 6);
  stored.writeUInt32LE(payloadPosition - at.segment, 13);
  stored.writeUInt32LE(payload.length, 17);
  stored.set(value, loggedHeaderBytes);
  return stored;
}

/** The position of the record that wrote an entry; 0 where an earlier version wrote it. */
export function positionOf(stored: Buffer): number {
  return (stored[0] ?? 0) < forms.plain ? 0 : stored.readUIntLE(1, 6);
}

/** Where the value lies in what is stored. */
export function valueRange(stored: Buffer): readonly [from: number, to: number] {
  switch (stored[0]) {
    case forms.plain:
      return [plainHeaderBytes, stored.length];
    case forms.inline:
      return [inlineHeaderBytes, inlineHeaderBytes + stored.readUInt32LE(7)];
    case forms.logged:
      return [loggedHeaderBytes, stored.length];
    default:
      return [1, stored.length];
  }
}

/** Where the payload lies in the log; undefined when it lies elsewhere, or there is none. */
export function placeOf(stored: Buffer): PayloadPlace | undefined {
  if (stored[0] !== forms.logged) return undefined;
  return {
    segment: stored.readUIntLE(7, 6),
    offset: stored.readUInt32LE(13),
    bytes: stored.readUInt32LE(17),
  };
}

/** The bytes of the log that an entry keeps in use, and their segment. */
export interface LogUse {
  readonly segment: number;
  readonly bytes: number;
}

/** What an entry keeps in use; undefined for an entry without a payload in the log. */
export function useOf(stored: Buffer, keyBytes: number): LogUse | undefined {
  const place = placeOf(stored);
  if (place === undefined) return undefined;
  const lengths = {
    key: keyBytes,
    value: stored.length - loggedHeaderBytes,
    payload: place.bytes,
  };
  return { segment: place.segment, bytes: putBytes(lengths) };
}
