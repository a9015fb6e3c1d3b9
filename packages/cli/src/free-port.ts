// Chooses a port for a program that listens later, in another process.
import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/**
 * The ports to choose from: above the usual servers, and below those that systems give to outgoing
 * connections, one of which could be taken before the program listens. By default Linux gives 32768
 * to 60999 (net.ipv4.ip_local_port_range in its ip-sysctl.rst), and RFC 6335, section 6, has 49152
 * to 65535.
 */
const chosenPorts = { first: 20_000, end: 32_768 } as const;

/** How many ports are tried; one is taken very rarely. */
const maxAttempts = 100;

/**
 * A port of a host without a listener at this moment. Rejects with the system's error when the host
 * has no port to listen on.
 */
export async function freePort(host: string): Promise<number> {
  for (let attempt = 1; ; attempt += 1) {
    const port = randomInt(chosenPorts.first, chosenPorts.end);
    try {
      await listenOnce(host, port);
      return port;
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== "EADDRINUSE" || attempt === maxAttempts)
        throw cause;
    }
  }
}

async function listenOnce(host: string, port: number): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  await new Promise((resolve) => {
    server.close(resolve);
  });
}
