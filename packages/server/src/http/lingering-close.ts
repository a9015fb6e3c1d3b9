// Closes a connection so that its client can still read the answer. If a socket is closed while
// bytes of the client arrive, the system sends a reset, and the client's system then discards the
// answer. So the server closes its sending side first, and discards what arrives up to named bounds
// (as nginx does: `lingering_close`).
import type { Duplex } from "node:stream";

/**
 * Longest silence of a client while a connection is being closed, in milliseconds (nginx:
 * `lingering_timeout` 5 s).
 */
export const lingerIdleMs = 5_000;

/** Longest duration of a lingering close, in milliseconds (nginx: `lingering_time` 30 s). */
export const lingerMs = 30_000;

/** Most bytes that are discarded. nginx has no limit here. */
export const lingerBytes = 67_108_864;

/**
 * Ends a connection: sends the last bytes, then discards what arrives, until the client closes or a
 * bound is reached.
 */
export function closeLingering(socket: Duplex, last = ""): void {
  if (socket.destroyed) return;
  let discarded = 0;
  const destroy = (): void => {
    socket.destroy();
  };
  const whole = setTimeout(destroy, lingerMs);
  const idle = setTimeout(destroy, lingerIdleMs);
  socket.on("error", destroy);
  socket.on("data", (chunk: Buffer) => {
    discarded += chunk.length;
    idle.refresh();
    if (discarded > lingerBytes) destroy();
  });
  // Bytes that are still buffered for the client are sent first.
  socket.once("end", () => {
    if (socket.writableFinished) destroy();
    else socket.once("finish", destroy);
  });
  socket.once("close", () => {
    clearTimeout(whole);
    clearTimeout(idle);
  });
  socket.resume();
  socket.end(last);
}
