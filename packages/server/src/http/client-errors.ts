// Answers requests that Node's parser rejects, in OSS's error format. Uploads of one known client
// are parsed again instead (see double-framing.ts).
import { type Server, STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { OssError } from "@ossicle/protocol";
import type { Logger } from "pino";
import type { Clock } from "../time/clock.ts";
import { type ClientAddresses, peerOf } from "./client-address.ts";
import type { Connections } from "./connections.ts";
import { ReplayedSocket, withoutContentLength } from "./double-framing.ts";
import { closeLingering } from "./lingering-close.ts";
import { errorOf, type ParserError } from "./malformed.ts";
import type { RequestMessage } from "./message.ts";
import { respondUnrouted } from "./respond-error.ts";

/** Options of {@link handleClientErrors}. */
export interface ClientErrorsOptions {
  readonly server: Server;
  readonly isSecure: boolean;
  readonly connections: Connections;
  readonly addresses: ClientAddresses;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Listens for connections and errors for which Node creates no request. */
export function handleClientErrors(options: ClientErrorsOptions): void {
  const { server } = options;
  server.on("clientError", (cause: ParserError, socket) => judge(options, cause, socket));
  // For a CONNECT, Node emits the bare socket: it removes its own error listener and creates no
  // response object.
  server.on("connect", ({ method = "CONNECT" }, socket) => {
    socket.on("error", () => socket.destroy());
    const details = { Method: method, ResourceType: "Service" };
    refuse(options, socket, new OssError("MethodNotAllowed", details));
  });
}

// Called when Node's parser fails, or when a request's head does not arrive in time.
function judge(options: ClientErrorsOptions, cause: ParserError, socket: Duplex): void {
  const { connections, log } = options;
  if (connections.isGivenUp(socket)) return;
  // An answer without a request would confuse clients that open connections in advance.
  if (!socket.writable || cause.code === "ECONNRESET" || connections.isUnused(socket)) {
    socket.destroy();
    return;
  }
  if (replay(options, cause, socket)) return;
  const facts = { code: cause.code, reason: cause.reason, clientIp: peerOf(socket) };
  log.debug(facts, "a malformed request was refused");
  const error = errorOf(cause);
  // With a single request on the connection, the error is in its body: the request's operation
  // answers it. Behind other requests, the connection closes without an answer to the error.
  if (connections.onlyBody(socket)?.fail(error) === true) return;
  refuse(options, socket, error);
}

function refuse(
  { connections, clock }: ClientErrorsOptions,
  socket: Duplex,
  error: OssError,
): void {
  connections.giveUp(socket);
  const before = connections.answered(socket);
  // The earlier requests on the connection were complete: their answers are still sent.
  if (before !== undefined) void before.then(() => closeLingering(socket));
  else closeLingering(socket, rawAnswer(clock, error));
}

// Parses a direct client's upload with both framings again, by its chunks. Behind a proxy, two
// framings would allow request smuggling, so such an upload is refused there.
function replay(
  { connections, addresses, server, isSecure }: ClientErrorsOptions,
  { rawPacket, bytesParsed = Infinity }: ParserError,
  socket: Duplex,
): boolean {
  if (rawPacket === undefined || socket instanceof ReplayedSocket) return false;
  if (addresses.isProxy(peerOf(socket)) || connections.waiting(socket) > 0) return false;
  const rewritten = withoutContentLength(rawPacket, bytesParsed);
  if (rewritten === undefined) return false;
  connections.giveUp(socket);
  const replayed = new ReplayedSocket(socket as Socket, rewritten);
  server.emit(isSecure ? "secureConnection" : "connection", replayed);
  return true;
}

// Writes the answer as text, because Node has created no response object.
function rawAnswer(clock: Clock, error: OssError): string {
  const nothing: RequestMessage = {
    method: "GET",
    target: "/",
    headers: {},
    body: { lengthBytes: 0, chunks: { async *[Symbol.asyncIterator]() {} } },
    clientIp: "",
  };
  const { status, headers, body } = respondUnrouted(clock, nothing, error);
  const lines = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, "Connection: close"];
  for (let at = 0; at < headers.length; at += 2) lines.push(`${headers[at]}: ${headers[at + 1]}`);
  const text = body instanceof Uint8Array ? Buffer.from(body).toString() : "";
  return `${lines.join("\r\n")}\r\n\r\n${text}`;
}
