// Frames of the answers of SelectObject and CreateSelectObjectMeta. Numbers are big-endian: a byte
// with the version and three with the type, the length of the payload, a checksum of the header
// that is always 0, the payload, and its CRC-32. The payload begins with an offset in the object
// (SelectObject documentation; frames that tests of the Go SDK V2 recorded).
import { crc32 } from "node:zlib";
import { type OssError, selectFrames } from "@ossicle/protocol";

const version = 1;

const headerBytes = 12;

/** Longest text of an error, in bytes: the C++ SDK keeps 256. */
const maxErrorBytes = 200;

/** Where an answer ends. */
export interface FrameEnd {
  readonly offset: number;
  readonly status: number;
  readonly text: string;
}

/** Makes frames. */
export class Frames {
  readonly #hasChecksums: boolean;

  constructor(hasChecksums: boolean) {
    this.#hasChecksums = hasChecksums;
  }

  data(rows: Uint8Array, offset: number): Buffer {
    return frame(selectFrames.data, [uint(offset, 8), rows], this.#hasChecksums);
  }

  /** Says that the query still runs. Go SDKs cannot check a frame after one with a checksum. */
  continuous(offset: number): Buffer {
    return frame(selectFrames.continuous, [uint(offset, 8)], false);
  }

  end({ offset, status, text }: FrameEnd): Buffer {
    const parts = [uint(offset, 8), uint(offset, 8), uint(status, 4), Buffer.from(text)];
    return frame(selectFrames.end, parts, this.#hasChecksums);
  }
}

/** What CreateSelectObjectMeta has counted. */
export interface MetaCounts {
  readonly bytes: number;
  readonly splits: number;
  readonly rows: number;
  /** Absent for JSON. */
  readonly columns?: number;
}

/** The frame that ends the answer of CreateSelectObjectMeta. OSS writes a full stop as its text. */
export function metaEnd({ bytes, splits, rows, columns }: MetaCounts): Buffer {
  const counts = [uint(bytes, 8), uint(bytes, 8), uint(200, 4), uint(splits, 4), uint(rows, 8)];
  const text = Buffer.from(".");
  return columns === undefined
    ? frame(selectFrames.jsonMetaEnd, [...counts, text], true)
    : frame(selectFrames.csvMetaEnd, [...counts, uint(columns, 4), text], true);
}

/** The text of an error in an end frame. */
export function errorText({ code, message }: Pick<OssError, "code" | "message">): string {
  return Buffer.from(`${code}.${message}`).subarray(0, maxErrorBytes).toString();
}

function frame(type: number, payload: readonly Uint8Array[], hasChecksum: boolean): Buffer {
  const body = Buffer.concat(payload);
  const header = Buffer.alloc(headerBytes);
  header.writeUInt32BE(version * 2 ** 24 + type, 0);
  header.writeUInt32BE(body.length, 4);
  return Buffer.concat([header, body, uint(hasChecksum ? crc32(body) : 0, 4)]);
}

function uint(value: number, bytes: 4 | 8): Buffer {
  const out = Buffer.alloc(bytes);
  if (bytes === 8) out.writeBigUInt64BE(BigInt(value));
  else out.writeUInt32BE(value);
  return out;
}
