// Finds a free port for a program that cannot let the system choose one.
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";

/** A port without a listener at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // a TCP listener's address is always an object
  server.close();
  await once(server, "close");
  return port;
}
