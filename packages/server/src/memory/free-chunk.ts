// Frees the memory of a chunk at once. Node makes a buffer for each chunk that a socket receives.
// V8 counts their memory, and collects the whole heap when much of it has gathered: 19 times while
// 256 MiB arrived (docs/decisions/0020).
import { MessageChannel, type MessagePort } from "node:worker_threads";

let closedPort: MessagePort | undefined;

/**
 * Frees a chunk's memory; the chunk then has no bytes. Leaves a part of a larger buffer alone,
 * because other code may use the rest.
 */
export function freeChunk({ buffer, byteLength }: Uint8Array): void {
  if (byteLength === 0 || buffer.byteLength !== byteLength) return;
  if (buffer instanceof SharedArrayBuffer) return;
  // ECMAScript 2024, which Node 20 lacks.
  if ("transfer" in buffer && typeof buffer.transfer === "function") {
    buffer.transfer(0);
    return;
  }
  // Posting transfers the buffer. Without a receiver the message, and its memory, is dropped.
  closedPort ??= makeClosedPort();
  closedPort.postMessage(undefined, [buffer]);
}

function makeClosedPort(): MessagePort {
  const { port1, port2 } = new MessageChannel();
  port2.close();
  return port1;
}
