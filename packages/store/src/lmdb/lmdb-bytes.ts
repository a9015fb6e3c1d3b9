// Bytes that lmdb returns and takes.

/**
 * Copies bytes from lmdb's read buffer. The next read overwrites that buffer, and its memory is
 * longer than its `length`. The binding's own copies cost as much as the reading.
 */
export function copyOf(
  shared: Buffer,
  [from, to]: readonly [from: number, to: number] = [0, shared.length],
): Buffer {
  const copy = Buffer.allocUnsafe(to - from);
  copy.set(new Uint8Array(shared.buffer, shared.byteOffset + from, to - from));
  return copy;
}

/** The same bytes as a Buffer, which `lmdb` takes. */
export function asBuffer(bytes: Uint8Array): Buffer {
  if (Buffer.isBuffer(bytes)) return bytes;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
