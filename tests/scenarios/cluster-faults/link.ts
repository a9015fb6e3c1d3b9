// A stretch of network between nodes and an engine, which can be cut: packets then vanish, and
// neither side learns of it.
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A link. */
export interface Link {
  /** Where nodes connect to. */
  readonly port: number;
  /** Lets nothing pass any more: connections stay open and silent. */
  readonly cut: () => void;
  /** Lets new connections pass again. Those of before stay silent, as after a lost route. */
  readonly mend: () => void;
  readonly close: () => Promise<void>;
}

/** Links to a port of this machine. */
export async function linkTo(targetPort: number): Promise<Link> {
  const sockets = new Set<Socket>();
  let isCut = false;
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on("error", () => undefined); // the other side is closed below
    socket.once("close", () => sockets.delete(socket));
  };
  const server = createServer((near) => {
    keep(near);
    if (isCut) return; // accepted by the system, and never answered
    const far = connect(targetPort, "127.0.0.1");
    keep(far);
    near.setNoDelay();
    far.setNoDelay();
    near.pipe(far);
    far.pipe(near);
    near.once("close", () => far.destroy());
    far.once("close", () => near.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    cut: () => {
      isCut = true;
      for (const socket of sockets) {
        socket.unpipe();
        socket.pause();
        socket.removeAllListeners("close");
        socket.once("close", () => sockets.delete(socket));
      }
    },
    mend: () => {
      isCut = false;
    },
    close: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, "close");
    },
  };
}
