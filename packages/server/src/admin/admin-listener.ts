// The admin listener: health, metrics, the console and the JSON routes that it uses, and the store
// below `/store`, on an origin of its own. Health and the console's files are open, metrics may be,
// and all else needs a signature.
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { entries, OssError } from "@ossicle/protocol";
import { StoreFailedError } from "@ossicle/store";
import type { Logger } from "pino";
import { defaultTimeouts } from "../http/body-reader.ts";
import { maxHeaderBytes } from "../http/http-server.ts";
import { maxHeaderLines } from "../http/malformed.ts";
import { listenMistake } from "../configuration/operator-mistakes.ts";
import type { ConsoleFile, ConsoleFiles } from "./console-files.ts";
import { type AdminRoutes, type JsonAnswer, problem } from "./admin-api.ts";
import { forwardTo, type StoreAddress, storePath } from "./forward-to-store.ts";
import { mayForwardBy } from "./may-forward.ts";
import { requireSignature } from "./require-signature.ts";
import { adminRoutes, findRoute, type RouteOptions } from "./routes.ts";

/** What the listener answers with. */
export interface AdminOptions extends RouteOptions {
  /** What is wrong with the store, worker by worker; empty while all of them serve. */
  readonly health: () => Promise<readonly string[]>;
  /** The metrics' text form, summed over all workers. */
  readonly metrics: () => Promise<string>;
  /** Whether the metrics need no signature. */
  readonly hasOpenMetrics: boolean;
  /** Where requests below `/store` go. */
  readonly store: StoreAddress;
  /** The console's files; undefined where it was not built. */
  readonly consoleFiles?: ConsoleFiles | undefined;
  readonly clock: () => number;
  readonly log: Logger;
}

/** What is asked for is not available now; the message says why. The answer is 503. */
export class UnavailableError extends Error {
  override readonly name: string = "UnavailableError";
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** Starts the listener. Port 0 takes a free one. */
export async function startAdminListener(
  options: AdminOptions,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
  const { forward, close } = forwardTo(options.store, mayForwardBy(options.accounts));
  const routes = adminRoutes(options);
  const limits = {
    // The data listener limits the time of what is forwarded, and other bodies are not read.
    requestTimeout: 0,
    headersTimeout: defaultTimeouts.headMs,
    maxHeaderSize: maxHeaderBytes,
  };
  const server: Server = createServer(limits, (request, response) => {
    if (isForStore(request)) return forward(request, response);
    answerAdmin({ ...options, routes }, request)
      .catch((cause: unknown) => {
        if (cause instanceof OssError) return refusal(cause);
        options.log.error({ err: cause, path: request.url }, "an admin request failed");
        return cause instanceof UnavailableError || cause instanceof StoreFailedError
          ? text(503, `${cause.message}; try again later`)
          : text(500, "the request failed; the log has the cause");
      })
      .then(({ status, headers, body }) => {
        response.writeHead(status, headers);
        response.end(body);
      })
      .catch(() => response.destroy());
  });
  server.maxHeadersCount = maxHeaderLines + 1; // one more, so that the forwarder sees the excess
  await new Promise<void>((resolve, reject) => {
    const names = { host: "--admin-host", port: "--admin-port" };
    server.once("error", (cause) => reject(listenMistake(cause, { host, port, options: names })));
    server.listen({ host, port }, resolve);
  });
  const address = server.address() as AddressInfo; // a TCP listener's address is always an object
  const name = address.family === "IPv6" ? `[${address.address}]` : address.address;
  return {
    url: `http://${name}:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        close();
      }),
  };
}

function isForStore({ url = "" }: IncomingMessage): boolean {
  return url.startsWith(`${storePath}/`) || url.startsWith(`${storePath}?`) || url === storePath;
}

interface Answering extends AdminOptions {
  readonly routes: AdminRoutes;
}

async function answerAdmin(options: Answering, request: IncomingMessage): Promise<Answer> {
  const { health, metrics, hasOpenMetrics, consoleFiles, clock, routes } = options;
  const { method = "GET" } = request;
  const target = urlOf(request.url ?? "/");
  if (target === undefined) return text(400, "the path has to be in its normal form");
  const { pathname, searchParams: parameters } = target;
  const isGet = method === "GET";
  const file = isGet ? consoleFiles?.(pathname) : undefined;
  if (file !== undefined) return fileAnswer(file, request);
  if (isGet && pathname === "/" && consoleFiles !== undefined) {
    return { ...text(302, "the console is at /console"), headers: { location: "/console" } };
  }
  if (isGet && pathname === "/health") {
    const problems = await health();
    return problems.length === 0 ? text(200, "ok") : text(503, problems.join("\n"));
  }
  const asksMetrics = isGet && pathname === "/metrics";
  if (asksMetrics && hasOpenMetrics) return { ...text(200, ""), body: await metrics() };
  const nowMs = clock();
  const sender = await requireSignature(options, request, nowMs);
  if (asksMetrics) return { ...text(200, ""), body: await metrics() };
  const found = findRoute(routes, method, pathname);
  if (found.route !== undefined) {
    const startedMs = performance.now();
    const answer = json(await routes[found.route]({ id: found.id, parameters, sender, nowMs }));
    const took = `total;dur=${(performance.now() - startedMs).toFixed(1)}`;
    return { ...answer, headers: { ...answer.headers, "server-timing": took } };
  }
  return json(
    found.isKnownPath
      ? problem(405, `there is no ${method} of this path`)
      : problem(404, "try /health, /metrics, /console, /deliveries, /history, /keys or /store"),
  );
}

function fileAnswer({ headers, body, gzipped }: ConsoleFile, request: IncomingMessage): Answer {
  const isGzipped = /\bgzip\b/.test(request.headers["accept-encoding"]?.toString() ?? "");
  return isGzipped
    ? { status: 200, headers: { ...headers, "content-encoding": "gzip" }, body: gzipped }
    : { status: 200, headers, body };
}

// The signature covers the path as it was sent, so a path that a URL would change is refused.
function urlOf(target: string): URL | undefined {
  const [path] = target.split("?", 1);
  if (!target.startsWith("/") || target.startsWith("//") || !URL.canParse(target, "http://admin")) {
    return undefined;
  }
  const url = new URL(target, "http://admin");
  return url.pathname === path ? url : undefined;
}

function refusal({ code, message }: OssError): Answer {
  const entry = entries[code];
  const value = { code, error: message === "" ? entry?.message : message };
  return json({ status: entry?.status ?? 403, value });
}

const common = { "x-content-type-options": "nosniff", "cache-control": "no-store" } as const;

function json({ status, value }: JsonAnswer): Answer {
  const headers = { ...common, "content-type": "application/json" };
  return { status, headers, body: JSON.stringify(value) };
}

function text(status: number, line: string): Answer {
  const headers = { ...common, "content-type": "text/plain; charset=utf-8" };
  return { status, headers, body: `${line}\n` };
}
