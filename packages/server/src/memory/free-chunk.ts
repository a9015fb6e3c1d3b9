// Frees the memory of a chunk at once. Node makes a buffer for each chunk that a socket receives.
// V8 counts their memory, and starts a collection of the whole heap when much of it has gathered:
// 19 times while 256 MiB arrived (bench/README.md).
import { MessageChannel } from "node:worker_threads";

interface Transferable extends ArrayBuffer {
  /** Missing in Node 20. */
  readonly transfer?: (newLength: number) => ArrayBuffer;
}

const { port1: closedPort, port2 } = new MessageChannel();
port2.close();

/**
 * Frees the memory of a chunk, which has no bytes afterwards. Does nothing for a part of a larger
 * buffer, which others may use.
 */
export function freeChunk({ buffer, byteLength }: Uint8Array): void {
  if (buffer.byteLength !== byteLength || buffer instanceof SharedArrayBuffer) return;
  const { transfer } = buffer as Transferable;
  if (transfer === undefined) closedPort.postMessage(undefined, [buffer]);
  else transfer.call(buffer, 0);
}
