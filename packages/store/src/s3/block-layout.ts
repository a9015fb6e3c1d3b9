// How a blob lies in an S3 object: in blocks, each with a checksum behind it. A read fetches whole
// blocks and checks them before it returns a byte, so that no range contains a damaged or misplaced
// block. ETags cannot do this: they cover whole objects only, and stores compute them differently
// for uploads in parts.
import { crc32 } from "node:zlib";
import type { BlobRef, BlobSlice } from "../blob-store.ts";

/** Bytes of a blob in one block. Only a blob's last block may be shorter. */
export const blockBytes = 16_384;

/** Bytes of the CRC-32 behind each block, big-endian. */
export const checksumBytes = 4;

/** Bytes of a block and its checksum in the S3 object. */
export const framedBytes: number = blockBytes + checksumBytes;

/** The length of a blob, from that of its S3 object. */
export function blobLength(objectBytes: number): number {
  return objectBytes - Math.ceil(objectBytes / framedBytes) * checksumBytes;
}

/** The range of an S3 object that holds the blocks of a slice. The slice is not empty. */
export function rangeOf({ offset, length }: BlobSlice): {
  readonly first: number;
  readonly last: number;
} {
  const firstBlock = Math.floor(offset / blockBytes);
  const lastBlock = Math.floor((offset + length - 1) / blockBytes);
  return { first: firstBlock * framedBytes, last: (lastBlock + 1) * framedBytes - 1 };
}

/**
 * Checksums of one blob's blocks. A checksum also covers the blob's name and the block's number, so
 * that another blob's block, or another block of the same blob, does not pass.
 */
export class BlockChecksum {
  readonly #seed: number;
  #sum = 0;

  constructor(ref: BlobRef) {
    this.#seed = crc32(ref);
  }

  /** Begins a block. */
  begin(block: number): void {
    const number = Buffer.alloc(8);
    number.writeBigUInt64BE(BigInt(block));
    this.#sum = crc32(number, this.#seed);
  }

  /** Adds bytes of the block. */
  add(bytes: Uint8Array): void {
    this.#sum = crc32(bytes, this.#sum);
  }

  /** The checksum of what was added. */
  get value(): number {
    return this.#sum;
  }
}

/** Puts checksums between the bytes of a blob that arrive one after another. */
export class BlockFramer {
  readonly #checksum: BlockChecksum;
  #block = 0;
  #inBlock = 0;

  constructor(ref: BlobRef) {
    this.#checksum = new BlockChecksum(ref);
    this.#checksum.begin(0);
  }

  /** Returns the bytes that come next in the S3 object: views of `chunk`, and checksums. */
  push(chunk: Uint8Array): readonly Uint8Array[] {
    const framed: Uint8Array[] = [];
    for (let at = 0; at < chunk.length;) {
      const part = chunk.subarray(at, at + blockBytes - this.#inBlock);
      this.#checksum.add(part);
      framed.push(part);
      at += part.length;
      this.#inBlock += part.length;
      if (this.#inBlock === blockBytes) framed.push(this.#endBlock());
    }
    return framed;
  }

  /** Returns the checksum of a last block that is not full. */
  end(): readonly Uint8Array[] {
    return this.#inBlock === 0 ? [] : [this.#endBlock()];
  }

  #endBlock(): Uint8Array {
    const bytes = Buffer.alloc(checksumBytes);
    bytes.writeUInt32BE(this.#checksum.value);
    this.#block += 1;
    this.#inBlock = 0;
    this.#checksum.begin(this.#block);
    return bytes;
  }
}
