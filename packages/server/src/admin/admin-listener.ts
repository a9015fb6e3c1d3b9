// The admin listener: health and metrics, on an origin of its own, so that no uploaded page ever shares one with them.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** What the listener answers with. */
export interface AdminOptions {
  readonly health: () => string;
  /** The metrics' text form, summed over all workers. */
  readonly metrics: () => Promise<string>;
}

/** Starts the listener. Port 0 takes a free one. */
export async function startAdminListener(
  options: AdminOptions,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
  const server: Server = createServer((request, response) => {
    const path = (request.url ?? "/").split("?", 1)[0];
    const answer = (status: number, body: string): void => {
      response.writeHead(status, {
        "content-type": "text/plain; charset=utf-8",
        "x-content-type-options": "nosniff",
        "cache-control": "no-store",
      });
      response.end(body);
    };
    if (request.method !== "GET") answer(405, "only GET\n");
    else if (path === "/health") answer(200, `${options.health()}\n`);
    else if (path === "/metrics") {
      options.metrics().then(
        (text) => answer(200, text),
        () => answer(500, "metrics are not available\n"),
      );
    } else answer(404, "try /health or /metrics\n");
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port }, resolve);
  });
  const address = server.address() as AddressInfo; // a TCP listener's address is always an object
  return {
    url: `http://${address.family === "IPv6" ? `[${address.address}]` : address.address}:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
