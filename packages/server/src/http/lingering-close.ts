// Closes a connection so that its client can still read what was sent. A socket that is closed
// while bytes of the client arrive sends a reset, and the reset makes the client's system throw the
// answer away. So the sending side is closed first, and what arrives is discarded up to named
// bounds (as nginx does: `lingering_close`).
import type { Duplex } from "node:stream";

/**
 * Longest silence of a client while a connection is being closed, in milliseconds (nginx:
 * `lingering_timeout` 5 s).
 */
export const lingerIdleMs = 5_000;

/** Longest time in all, in milliseconds (nginx: `lingering_time` 30 s). */
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
  // What is still on its way to the client goes out first.
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
