// What Node's parser gives up on. It is refused in OSS's form; uploads of one known client are read
// again.
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

/** What refusing takes. */
export interface ClientErrorsOptions {
  readonly server: Server;
  readonly isSecure: boolean;
  readonly connections: Connections;
  readonly addresses: ClientAddresses;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Listens for what Node does not make a request of. */
export function handleClientErrors(options: ClientErrorsOptions): void {
  const { server } = options;
  server.on("clientError", (cause: ParserError, socket) => judge(options, cause, socket));
  // Node hands out the socket of a CONNECT, without its own listener for errors, and makes no
  // response for it.
  server.on("connect", ({ method = "CONNECT" }, socket) => {
    socket.on("error", () => socket.destroy());
    const details = { Method: method, ResourceType: "Service" };
    refuse(options, socket, new OssError("MethodNotAllowed", details));
  });
}

// Node's parser gave up, or a connection ran into the time for a request's head.
function judge(options: ClientErrorsOptions, cause: ParserError, socket: Duplex): void {
  const { connections, log } = options;
  if (connections.isGivenUp(socket)) return;
  // An answer that no request has asked for confuses clients that keep connections ready.
  if (!socket.writable || cause.code === "ECONNRESET" || connections.isUnused(socket)) {
    socket.destroy();
    return;
  }
  if (replay(options, cause, socket)) return;
  const facts = { code: cause.code, reason: cause.reason, clientIp: peerOf(socket) };
  log.debug(facts, "a malformed request was refused");
  const error = errorOf(cause);
  // Inside the body of the request that is served: its operation answers. There is no place for an
  // answer behind others.
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
  // What came before it was whole: its answers still go out.
  if (before !== undefined) void before.then(() => closeLingering(socket));
  else closeLingering(socket, rawAnswer(clock, error));
}

// A direct client's upload with both framings is read again by its chunks. Behind a proxy the two
// would be a way to smuggle requests past it, so there it stays refused.
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

// There is no request to answer: the answer is written by hand.
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
