// The data listener: turns sockets into messages and back. Straight on node:http, because keys may hold `..` and the raw target
// must survive.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { Socket } from "node:net";
import { type HostRules, OssError, parseTarget } from "@ossicle/protocol";
import ipaddr from "ipaddr.js";
import type { Logger } from "pino";
import type { Metrics } from "../admin/metrics.ts";
import { BodyReader, defaultPatience, type Patience } from "./body-reader.ts";
import type { RequestMessage, ResponseMessage } from "./message.ts";
import { respondError } from "./respond.ts";
import { mintRequestId } from "./request-id.ts";
import { type PublicFile, type PublicFiles, servePublicFiles } from "./public-files.ts";
import { Turn } from "./turn.ts";

/** Longest request line and headers together, in bytes: two callback parameters of 5 KB, metadata of 8 KB, a signature. Ours. */
export const maxHeaderBytes = 32_768;

/** Longest time for a request's headers, in milliseconds. Ours. */
export const headersTimeoutMs = 30_000;

/** How long an idle connection is kept, in milliseconds. Ours. */
export const keepAliveMs = 65_000;

/** Most requests that a client may send ahead of their answers. Ours. */
export const maxPipelined = 100;

/** What the listener is made of. */
export interface ListenerOptions {
  readonly handle: (message: RequestMessage) => Promise<ResponseMessage>;
  readonly hosts: HostRules;
  readonly files: PublicFiles;
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
  /** Networks whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[];
  readonly clock: () => number;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly patience?: Patience;
}

/** The data listener. */
export class DataListener {
  readonly server: Server;
  readonly #options: ListenerOptions;
  readonly #patience: Patience;
  readonly #proxies: readonly [ipaddr.IPv4 | ipaddr.IPv6, number][];
  readonly #turn = new Turn();
  readonly #lines = new WeakMap<Socket, { waiting: number; last: Promise<void> }>();
  #underWay = 0;
  #closing = false;

  constructor(options: ListenerOptions) {
    this.#options = options;
    this.#patience = options.patience ?? defaultPatience;
    this.#proxies = options.trustedProxies.map((network) => ipaddr.parseCIDR(network));
    const settings = {
      maxHeaderSize: maxHeaderBytes,
      headersTimeout: headersTimeoutMs,
      requireHostHeader: false, // a request without one is refused below, in OSS's form
      requestTimeout: 0, // a 5 GB body may take its time; how slow it may be is Patience's
      keepAliveTimeout: keepAliveMs,
      noDelay: true,
      highWaterMark: 131_072,
    };
    this.server =
      options.tls === undefined
        ? createServer(settings)
        : createSecureServer({ ...settings, ...options.tls });
    this.server.timeout = this.#patience.socketIdleMs;
    this.server.on("request", (request, response) => this.#queue(request, response, false));
    this.server.on("checkContinue", (request, response) => this.#queue(request, response, true));
    this.server.on("clientError", (cause, socket) => this.#refuse(cause, socket as Socket));
  }

  // One request of a connection at a time: pipelined ones would open files and gather answers without bound.
  #queue(request: IncomingMessage, response: ServerResponse, expectsContinue: boolean): void {
    const { socket } = request;
    const line = this.#lines.get(socket) ?? { waiting: 0, last: Promise.resolve() };
    if (line.waiting >= maxPipelined) {
      socket.destroy();
      return;
    }
    line.waiting += 1;
    this.#lines.set(socket, line);
    // One that still waits when its connection goes would answer nobody.
    const serve = async (): Promise<void> => {
      if (!socket.destroyed) await this.#serve(request, response, expectsContinue);
    };
    const work = line.waiting === 1 ? serve() : line.last.then(serve);
    line.last = work.finally(() => {
      line.waiting -= 1;
      if (line.waiting === 0) this.#lines.delete(socket);
    });
  }

  async #serve(
    request: IncomingMessage,
    response: ServerResponse,
    expectsContinue: boolean,
  ): Promise<void> {
    this.#underWay += 1;
    const startedMs = this.#options.clock();
    const body = new BodyReader({ request, response, expectsContinue }, this.#patience);
    try {
      if (request.headers.host === undefined && request.httpVersion === "1.1") {
        this.#refuse(new Error("a request without Host"), request.socket, 1);
        return;
      }
      const isPublic = request.url?.startsWith("/_ossicle/") === true;
      const file = isPublic ? await this.#publicFile(request) : undefined;
      if (file !== undefined) {
        response.writeHead(file.status, {
          "content-type": file.contentType,
          "content-length": Buffer.byteLength(file.body),
        });
        response.end(file.body);
        return;
      }
      const answer = await this.#options.handle({
        method: request.method ?? "GET",
        target: request.url ?? "/",
        headers: plainHeaders(request),
        body,
        clientIp: this.#clientIp(request),
        secure: this.#options.tls !== undefined,
      });
      await this.#turn.end();
      await this.#send(response, answer, body).catch(async (cause: unknown) => {
        await dispose(answer.body);
        throw cause;
      });
      this.#report(request, answer, startedMs);
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

  async #publicFile(request: IncomingMessage): Promise<PublicFile | undefined> {
    const target = request.url ?? "/";
    const { readings } = parseTarget(target, request.headers.host ?? "", this.#options.hosts);
    return readings[0].byHost ? undefined : servePublicFiles(this.#options.files, target);
  }

  async #send(response: ServerResponse, answer: ResponseMessage, body: BodyReader): Promise<void> {
    const headers = [...answer.headers];
    response.sendDate = false;
    const isStream = answer.body !== undefined && !(answer.body instanceof Uint8Array);
    // Nothing is known of an answer that must wait.
    const drained = body.unread && isStream ? await body.drain() : true;
    if (this.#closing || body.mustClose || !drained) headers.push("Connection", "close");
    response.writeHead(answer.status, headers);
    if (answer.body === undefined || answer.body instanceof Uint8Array) {
      await this.#sendWhole(response, answer.body, body);
      return;
    }
    const { answerGraceMs, minRate } = this.#patience;
    let leftMs = answerGraceMs; // grows with what is taken: systems report room in large steps
    for await (const chunk of answer.body) {
      if (response.destroyed || response.req.socket.destroyed) return;
      const startedMs = performance.now();
      if (!response.write(chunk)) await heard(response, "drain", leftMs);
      leftMs += (chunk.length / minRate) * 1_000 - (performance.now() - startedMs);
    }
    response.end();
  }

  async #sendWhole(
    response: ServerResponse,
    bytes: Uint8Array | undefined,
    body: BodyReader,
  ): Promise<void> {
    if (body.unread) {
      // The answer goes out whole before the rest of the body is taken in, so that the client can stop sending.
      if (bytes === undefined) response.flushHeaders();
      else response.write(bytes);
      if (await body.drain()) response.end();
      else response.socket?.destroySoon();
      return;
    }
    response.end(bytes);
    // One that the client does not take yet holds up the connection's next request, and a server that closes.
    if ((response.socket?.writableLength ?? 0) === 0) return;
    const { answerGraceMs, minRate } = this.#patience;
    await heard(response, "finish", answerGraceMs + ((bytes?.length ?? 0) / minRate) * 1_000);
  }

  #report(request: IncomingMessage, answer: ResponseMessage, startedMs: number): void {
    const { log, metrics, clock } = this.#options;
    const { requestId, operation, error } = answer.facts;
    const tookMs = clock() - startedMs;
    metrics.request(operation, answer.status, tookMs);
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

  #clientIp(request: IncomingMessage): string {
    const peer = plainAddress(request.socket.remoteAddress ?? "");
    const forwarded = request.headers["x-forwarded-for"];
    if (forwarded === undefined || !this.#isProxy(peer)) return peer;
    const hops = String(forwarded)
      .split(",")
      .map((hop) => plainAddress(hop.trim()));
    return hops.reverse().find((hop) => !this.#isProxy(hop)) ?? peer;
  }

  #isProxy(address: string): boolean {
    if (this.#proxies.length === 0 || !ipaddr.isValid(address)) return false;
    const parsed = ipaddr.parse(address);
    return this.#proxies.some(
      ([network, bits]) => network.kind() === parsed.kind() && parsed.match(network, bits),
    );
  }

  // The parser gave up before there was a request: the answer is written by hand.
  #refuse(cause: NodeJS.ErrnoException, socket: Socket, ownRequests = 0): void {
    // Inside an answer that is under way there is no place for another.
    if (!socket.writable || cause.code === "ECONNRESET" || this.#answering(socket, ownRequests)) {
      socket.destroy();
      return;
    }
    const { clock } = this.#options;
    const tooLong = cause.code === "HPE_HEADER_OVERFLOW";
    const message = tooLong ? "The request headers are too long." : "The request is malformed.";
    const timedOut = cause.code === "ERR_HTTP_REQUEST_TIMEOUT";
    const error = timedOut
      ? new OssError("RequestTimeout")
      : new OssError("InvalidRequest", {}, { message });
    const nowMs = clock();
    const request: RequestMessage = {
      method: "GET",
      target: "/",
      headers: {},
      body: { lengthBytes: 0, chunks: { async *[Symbol.asyncIterator]() {} } },
      clientIp: "",
    };
    const requestId = mintRequestId(nowMs);
    const context = { clock, message: request, requestId, startedMs: nowMs, cors: [] };
    const { headers, body } = respondError(context, "Unknown", error);
    const lines = ["HTTP/1.1 400 Bad Request", "Connection: close"];
    for (let at = 0; at < headers.length; at += 2) lines.push(`${headers[at]}: ${headers[at + 1]}`);
    socket.end(
      `${lines.join("\r\n")}\r\n\r\n${body instanceof Uint8Array ? Buffer.from(body).toString() : ""}`,
    );
  }

  #answering(socket: Socket, ownRequests: number): boolean {
    return (this.#lines.get(socket)?.waiting ?? 0) > ownRequests;
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
        setTimeout(resolve, 10);
      });
    }
    this.server.closeIdleConnections();
    const force = setTimeout(() => this.server.closeAllConnections(), 200);
    await closed;
    clearTimeout(force);
  }
}

// Node gathers `set-cookie`, of all headers, into a list.
function plainHeaders(request: IncomingMessage): Readonly<Record<string, string | undefined>> {
  const cookies = request.headers["set-cookie"];
  const plain = request.headers as Readonly<Record<string, string | undefined>>; // no other header is a list
  return cookies === undefined ? plain : { ...plain, "set-cookie": cookies.join(",") };
}

/** Longest time that a timer can wait, in milliseconds. */
const maxTimerMs = 2_147_483_647;

async function dispose(body: ResponseMessage["body"]): Promise<void> {
  if (body === undefined || body instanceof Uint8Array) return;
  await body[Symbol.asyncIterator]().return?.();
}

// A response whose turn on the connection has not come does not hear the connection close.
function heard(
  response: ServerResponse,
  event: "drain" | "finish",
  timeoutMs: number,
): Promise<void> {
  const { socket } = response.req;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => {
        reject(new Error("the client does not take its answer"));
        socket.destroy();
      },
      Math.min(timeoutMs, maxTimerMs),
    );
    const done = (): void => {
      clearTimeout(timer);
      response.off(event, done);
      response.off("close", done);
      socket.off("close", done);
      resolve();
    };
    response.on(event, done);
    response.on("close", done);
    socket.on("close", done);
  });
}

function plainAddress(address: string): string {
  return address.startsWith("::ffff:") ? address.slice(7) : address;
}
