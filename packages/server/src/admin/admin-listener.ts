// The admin listener: health, metrics and the ledger, on an origin of its own, so that no uploaded
// page ever shares one with them. Health is open, metrics may be, and all else needs a signature.
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { entries, OssError } from "@ossicle/protocol";
import { StoreFailedError } from "@ossicle/store";
import type { Logger } from "pino";
import type { AccessKeys } from "../accounts/access-keys.ts";
import type { Deliveries } from "../callback/deliveries/deliveries.ts";
import { listenMistake } from "../configuration/operator-mistakes.ts";
import type { ConsoleFiles } from "./console-files.ts";
import { answerDeliveries, type JsonAnswer } from "./deliveries-api.ts";
import { answerKeys } from "./keys-api.ts";
import { openSession } from "./open-session.ts";
import { type AdminKeys, requireSignature } from "./require-signature.ts";

/** What the listener answers with. */
export interface AdminOptions extends AdminKeys {
  /** What is wrong with the store, worker by worker; empty while all of them serve. */
  readonly health: () => Promise<readonly string[]>;
  /** The metrics' text form, summed over all workers. */
  readonly metrics: () => Promise<string>;
  /** Whether the metrics need no signature. */
  readonly hasOpenMetrics: boolean;
  readonly deliveries: Deliveries;
  readonly keys: AccessKeys;
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
  const server: Server = createServer((request, response) => {
    answerAdmin(options, request)
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
      }),
  };
}

async function answerAdmin(options: AdminOptions, request: IncomingMessage): Promise<Answer> {
  const { health, metrics, hasOpenMetrics, deliveries, keys, consoleFiles, clock } = options;
  const { method = "GET" } = request;
  const target = urlOf(request.url ?? "/");
  if (target === undefined) return text(400, "the path has to be in its normal form");
  const isGet = method === "GET";
  const file = isGet ? consoleFiles?.(target.pathname) : undefined;
  if (file !== undefined) return { status: 200, ...file };
  if (isGet && target.pathname === "/" && consoleFiles !== undefined) {
    return { ...text(302, "the console is at /console"), headers: { location: "/console" } };
  }
  if (isGet && target.pathname === "/health") {
    const problems = await health();
    return problems.length === 0 ? text(200, "ok") : text(503, problems.join("\n"));
  }
  const asksMetrics = isGet && target.pathname === "/metrics";
  if (asksMetrics && hasOpenMetrics) return { ...text(200, ""), body: await metrics() };
  const sender = await requireSignature(options, request, clock());
  if (asksMetrics) return { ...text(200, ""), body: await metrics() };
  if (method === "POST" && target.pathname === "/session") {
    const session = openSession(options, sender, clock());
    return json({ status: 201, value: session });
  }
  const found =
    (await answerDeliveries(deliveries, { method, target, nowMs: clock() })) ??
    (await answerKeys(keys, { method, target, sender }));
  if (found !== undefined) return json(found);
  return isGet
    ? text(404, "try /health, /metrics, /deliveries or /keys")
    : text(405, `there is no ${method} of this path`);
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
