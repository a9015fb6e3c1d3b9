// The data listener: turns sockets into messages and back. Straight on node:http, because keys may
// hold `..` and the raw target must survive.
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { OssError } from "@ossicle/protocol";
import type { Logger } from "pino";
import type { SharedBudget } from "../memory/byte-budget.ts";
import { AnswerWriter } from "./answer-writer.ts";
import { BodyReader, defaultPatience, type Exchange, type Patience } from "./body-reader.ts";
import { ClientAddresses, peerOf } from "./client-address.ts";
import { ReplayedSocket, withoutContentLength } from "./double-framing.ts";
import { closeLingering } from "./lingering-close.ts";
import type { RequestMessage, ResponseMessage } from "./message.ts";
import { respondUnrouted } from "./respond-error.ts";
import { errorOf, malformedHead, maxHeaderLines, type ParserError } from "./malformed.ts";
import { Turn } from "./turn.ts";

/**
 * Longest request line and headers together, in bytes: two callback parameters of 5 KB, metadata of
 * 8 KB, a signature. OSS documents no limit.
 */
export const maxHeaderBytes = 32_768;

/** How often connections are looked at whose head is overdue, in milliseconds. */
const headCheckMs = 5_000;

/** How long an idle connection is kept, in milliseconds. OSS documents no limit. */
export const keepAliveMs = 65_000;

/**
 * Most connections of one process; a further one is closed at once. OSS documents no limit: each
 * costs some 20 KB.
 */
export const maxConnections = 10_000;

/** Most requests that a client may send ahead of their answers. OSS documents no limit. */
export const maxPipelined = 100;

/**
 * Bytes of a body that Node reads ahead of the operation. We chose its default since Node 22; Node
 * 20 reads 16 KiB.
 */
const readAheadBytes = 65_536;

/** Pause between looks whether the last request has ended, while the listener closes, in ms. */
const closeCheckMs = 10;

/** Time for idle connections to end by themselves before they are closed, in milliseconds. */
const forceCloseMs = 200;

/** What the listener is made of. */
export interface ListenerOptions {
  readonly handle: (message: RequestMessage) => Promise<ResponseMessage>;
  /** Answers what lies below `/_ossicle/`; undefined for any other request. */
  readonly publicFile: (message: RequestMessage) => Promise<ResponseMessage | undefined>;
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
  /** Networks whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[];
  readonly clock: () => number;
  readonly log: Logger;
  /** Told about every answered request. */
  readonly onAnswered: (operation: string, status: number, tookMs: number) => void;
  /** Bytes of whole answers that clients do not take. */
  readonly answers: SharedBudget;
  readonly patience?: Patience;
}

/** The requests of one connection, of which one at a time is served. */
interface Line {
  waiting: number;
  last: Promise<void>;
  /** Of the request that is served. */
  body?: BodyReader;
}

/** The data listener. */
export class DataListener {
  readonly server: Server;
  readonly #options: ListenerOptions;
  readonly #patience: Patience;
  readonly #addresses: ClientAddresses;
  readonly #writer: AnswerWriter;
  readonly #turn = new Turn();
  readonly #lines = new WeakMap<Duplex, Line>();
  /**
   * Bytes that a TLS connection has read for its handshake, so that a first byte of a request can
   * be told.
   */
  readonly #handshakeBytes = new WeakMap<Duplex, number>();
  /** Connections whose bytes are read by another parser, or are discarded. */
  readonly #givenUp = new Set<Duplex>();
  #underWay = 0;
  #closing = false;

  constructor(options: ListenerOptions) {
    this.#options = options;
    this.#patience = options.patience ?? defaultPatience;
    this.#addresses = new ClientAddresses(options.trustedProxies);
    this.#writer = new AnswerWriter({
      patience: this.#patience,
      answers: options.answers,
      giveUp: (socket) => this.#giveUp(socket),
    });
    const settings = {
      maxHeaderSize: maxHeaderBytes,
      headersTimeout: this.#patience.headMs,
      connectionsCheckingInterval: Math.min(headCheckMs, this.#patience.headMs),
      requireHostHeader: false, // a request without one is refused below, in OSS's form
      requestTimeout: 0, // a 5 GB body may take its time; how slow it may be is Patience's
      keepAliveTimeout: keepAliveMs,
      noDelay: true,
      highWaterMark: readAheadBytes,
    };
    this.server =
      options.tls === undefined
        ? createServer(settings)
        : createSecureServer({ ...settings, ...options.tls });
    this.server.timeout = this.#patience.socketIdleMs;
    this.server.maxHeadersCount = maxHeaderLines + 1; // one more, so that it shows
    this.server.maxConnections = maxConnections;
    // A client may close its sending side behind its request, and still waits for the answer.
    // Node's types do not know the member.
    Object.assign(this.server, { httpAllowHalfOpen: true });
    this.server.on("secureConnection", (socket: Socket) => {
      // A replayed request's bytes were read before.
      if (!(socket instanceof ReplayedSocket)) this.#handshakeBytes.set(socket, socket.bytesRead);
    });
    this.server.on("request", (request, response) => this.#queue(request, response, false));
    this.server.on("checkContinue", (request, response) => this.#queue(request, response, true));
    this.server.on("clientError", (cause: ParserError, socket) => this.#clientError(cause, socket));
    // Node hands out the socket of a CONNECT and makes no response for it.
    this.server.on("connect", ({ method = "CONNECT" }, socket) => {
      const details = { Method: method, ResourceType: "Service" };
      this.#refuse(socket, new OssError("MethodNotAllowed", details));
    });
  }

  // One request of a connection at a time: pipelined ones would open files and gather answers
  // without bound.
  #queue(request: IncomingMessage, response: ServerResponse, expectsContinue: boolean): void {
    const { socket } = request;
    if (this.#givenUp.has(socket)) return;
    const line = this.#lines.get(socket) ?? { waiting: 0, last: Promise.resolve() };
    const isReplayed = socket instanceof ReplayedSocket;
    if (isReplayed && socket.isUsed) return; // the connection closes behind its only answer
    if (isReplayed) socket.isUsed = true;
    if (line.waiting >= maxPipelined) {
      socket.destroy();
      return;
    }
    line.waiting += 1;
    this.#lines.set(socket, line);
    const exchange = { request, response, expectsContinue };
    const serve = async (): Promise<void> => {
      if (socket.destroyed) return; // a request that waited has no client any more
      line.body = new BodyReader(exchange, this.#patience);
      await this.#serve(exchange, line.body);
      delete line.body;
    };
    const work = line.waiting === 1 ? serve() : line.last.then(serve);
    line.last = work.finally(() => {
      line.waiting -= 1;
      if (line.waiting === 0) this.#lines.delete(socket);
    });
  }

  async #serve({ request, response }: Exchange, body: BodyReader): Promise<void> {
    this.#underWay += 1;
    const startedMs = this.#options.clock();
    try {
      const refusal = malformedHead(request);
      const message: RequestMessage = {
        method: request.method ?? "GET",
        target: request.url ?? "/",
        headers: plainHeaders(request),
        body,
        clientIp: this.#addresses.clientIp(request),
        secure: this.#options.tls !== undefined || this.#addresses.isForwardedSecure(request),
      };
      if (refusal !== undefined) body.fail(refusal);
      const file = refusal === undefined ? await this.#options.publicFile(message) : undefined;
      const answer =
        file ??
        (refusal === undefined
          ? await this.#options.handle(message)
          : respondUnrouted(this.#options.clock, message, refusal));
      await this.#turn.end();
      const isReplayed = request.socket instanceof ReplayedSocket;
      const isRefused = refusal !== undefined;
      const mustClose = this.#closing || isReplayed || isRefused || answer.mustClose === true;
      await this.#writer.send(response, answer, { body, mustClose });
      if (file === undefined) this.#report(request, answer, startedMs);
    } catch (cause) {
      // Headers are out: all that is left is to let the client see that the body is not whole.
      this.#options.log.warn(
        { err: cause, target: (request.url ?? "").split("?", 1)[0] },
        "an answer was cut off",
      );
      response.destroy();
    } finally {
      this.#underWay -= 1;
    }
  }

  #report(request: IncomingMessage, answer: ResponseMessage, startedMs: number): void {
    const { log, onAnswered, clock } = this.#options;
    const { requestId, operation, error } = answer.facts;
    const tookMs = clock() - startedMs;
    onAnswered(operation, answer.status, tookMs);
    if (answer.status >= 500) {
      const cause = error instanceof OssError ? (error.cause ?? error) : error;
      const facts = { requestId, operation, status: answer.status };
      if (answer.status === 501) log.info({ ...facts, asked: String(cause) }, "not implemented");
      else log.error({ ...facts, err: cause }, "request failed");
    } else if (log.isLevelEnabled("debug")) {
      const path = (request.url ?? "").split("?", 1)[0]; // queries carry signatures
      log.debug({ requestId, operation, status: answer.status, tookMs, path }, "request");
    }
  }

  // Node's parser gave up, or a connection ran into the time for a request's head.
  #clientError(cause: ParserError, socket: Duplex): void {
    if (this.#givenUp.has(socket)) return;
    if (!socket.writable || cause.code === "ECONNRESET") {
      socket.destroy();
      return;
    }
    if (this.#isUnused(socket)) {
      // An answer that no request has asked for confuses clients that keep connections ready.
      socket.destroy();
      return;
    }
    if (this.#replay(cause, socket)) return;
    const { log } = this.#options;
    const facts = { code: cause.code, reason: cause.reason, clientIp: peerOf(socket) };
    log.debug(facts, "a malformed request was refused");
    const line = this.#lines.get(socket);
    const error = errorOf(cause);
    // Inside the body of the request that is served: its operation answers. There is no place for
    // an answer behind others.
    if (line?.waiting === 1 && line.body?.fail(error) === true) return;
    this.#refuse(socket, error);
  }

  #refuse(socket: Duplex, error: OssError): void {
    this.#giveUp(socket);
    const line = this.#lines.get(socket);
    // What came before it was whole: its answers still go out.
    if (line !== undefined) void line.last.then(() => closeLingering(socket));
    else closeLingering(socket, this.#rawAnswer(error));
  }

  // Other errors of a connection are no requests and get no answer.
  #giveUp(socket: Duplex): void {
    this.#givenUp.add(socket);
    socket.once("close", () => this.#givenUp.delete(socket));
  }

  // Whether a connection has sent nothing yet.
  #isUnused(socket: Duplex): boolean {
    // The sockets of `clientError` are those of the server, or ReplayedSocket, which has it too.
    const { bytesRead } = socket as Socket;
    return bytesRead === (this.#handshakeBytes.get(socket) ?? 0);
  }

  // A direct client's upload with both framings is read again by its chunks. Behind a proxy the two
  // would be a way to smuggle requests past it, so there it stays refused.
  #replay({ rawPacket, bytesParsed = Infinity }: ParserError, socket: Duplex): boolean {
    if (rawPacket === undefined || socket instanceof ReplayedSocket) return false;
    if (this.#addresses.isProxy(peerOf(socket)) || (this.#lines.get(socket)?.waiting ?? 0) > 0)
      return false;
    const rewritten = withoutContentLength(rawPacket, bytesParsed);
    if (rewritten === undefined) return false;
    this.#giveUp(socket);
    const replayed = new ReplayedSocket(socket as Socket, rewritten);
    const event = this.#options.tls === undefined ? "connection" : "secureConnection";
    this.server.emit(event, replayed);
    return true;
  }

  // There is no request to answer: the answer is written by hand.
  #rawAnswer(error: OssError): string {
    const nothing: RequestMessage = {
      method: "GET",
      target: "/",
      headers: {},
      body: { lengthBytes: 0, chunks: { async *[Symbol.asyncIterator]() {} } },
      clientIp: "",
    };
    const { status, headers, body } = respondUnrouted(this.#options.clock, nothing, error);
    const lines = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, "Connection: close"];
    for (let at = 0; at < headers.length; at += 2) lines.push(`${headers[at]}: ${headers[at + 1]}`);
    const text = body instanceof Uint8Array ? Buffer.from(body).toString() : "";
    return `${lines.join("\r\n")}\r\n\r\n${text}`;
  }

  /** Stops accepting, waits for what is under way up to a time, then closes every connection. */
  async close(graceMs: number): Promise<void> {
    this.#closing = true;
    const closed = new Promise<void>((resolve) => {
      this.server.close(() => resolve());
    });
    this.server.closeIdleConnections();
    const deadline = performance.now() + graceMs;
    while (this.#underWay > 0 && performance.now() < deadline) {
      await new Promise((resolve) => {
        setTimeout(resolve, closeCheckMs);
      });
    }
    this.server.closeIdleConnections();
    const force = setTimeout(() => {
      this.server.closeAllConnections();
      for (const socket of this.#givenUp) socket.destroy();
    }, forceCloseMs);
    await closed;
    clearTimeout(force);
  }
}

// Node gathers `set-cookie`, of all headers, into a list.
function plainHeaders(request: IncomingMessage): Readonly<Record<string, string | undefined>> {
  const cookies = request.headers["set-cookie"];
  // No other header is a list.
  const plain = request.headers as Readonly<Record<string, string | undefined>>;
  return cookies === undefined ? plain : { ...plain, "set-cookie": cookies.join(",") };
}
