// Bytes with the methods of Node's Buffer, without a copy.

/** The same bytes; adapters mostly hand out buffers already. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
