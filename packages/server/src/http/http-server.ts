// Node's HTTP server with the limits of the data listener.
import { createServer, type Server } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { Timeouts } from "./body-reader.ts";
import { maxHeaderLines } from "./malformed.ts";

/**
 * Longest request line and headers together, in bytes: two callback parameters of 5 KB, metadata of
 * 8 KB, a signature. OSS documents no limit.
 */
export const maxHeaderBytes = 32_768;

/** How often Node checks for connections whose request head is overdue, in milliseconds. */
const headCheckMs = 5_000;

/** How long an idle connection is kept, in milliseconds. OSS documents no limit. */
const keepAliveMs = 65_000;

/**
 * Most connections of one process; a further one is closed at once. OSS documents no limit. Each
 * connection costs about 20 KB.
 */
const maxConnections = 10_000;

/**
 * Bytes of a body that Node reads ahead of the operation. We chose its default since Node 22; Node
 * 20 reads 16 KiB.
 */
const readAheadBytes = 65_536;

/** What the server is made of. */
export interface HttpServerOptions {
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
  readonly timeouts: Timeouts;
}

/** Makes the server. It does not listen yet. */
export function createHttpServer({ tls, timeouts }: HttpServerOptions): Server {
  const settings = {
    maxHeaderSize: maxHeaderBytes,
    headersTimeout: timeouts.headMs,
    connectionsCheckingInterval: Math.min(headCheckMs, timeouts.headMs),
    requireHostHeader: false, // malformed.ts refuses a request without one, in OSS's form
    requestTimeout: 0, // a 5 GB body may take long; `Timeouts` bounds how slow a client may be
    keepAliveTimeout: keepAliveMs,
    noDelay: true,
    highWaterMark: readAheadBytes,
  };
  const server =
    tls === undefined ? createServer(settings) : createSecureServer({ ...settings, ...tls });
  server.timeout = timeouts.socketIdleMs;
  server.maxHeadersCount = maxHeaderLines + 1; // one more, so that malformed.ts sees the excess
  server.maxConnections = maxConnections;
  // A client may close its sending side after its request and still wait for the answer. Node's
  // types lack this option.
  Object.assign(server, { httpAllowHalfOpen: true });
  return server;
}
