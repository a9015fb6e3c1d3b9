// The data listener: turns sockets into messages and back. It uses node:http directly, because keys
// may hold `..` and the raw request target must stay unchanged.
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { Server as SecureServer } from "node:https";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { type CipherNameAndProtocol, TLSSocket } from "node:tls";
import { OssError } from "@ossicle/protocol";
import { StoreUnavailableError } from "@ossicle/store";
import type { Logger } from "pino";
import type { SharedBudget } from "../memory/byte-budget.ts";
import { AnswerWriter } from "./answer-writer.ts";
import { BodyReader, defaultTimeouts, type Exchange, type Timeouts } from "./body-reader.ts";
import { ClientAddresses } from "./client-address.ts";
import { handleClientErrors } from "./client-errors.ts";
import { Connections } from "./connections.ts";
import { ReplayedSocket } from "./double-framing.ts";
import { createHttpServer } from "./http-server.ts";
import { malformedHead } from "./malformed.ts";
import type { RequestMessage, ResponseMessage, TlsFacts } from "./message.ts";
import { respondUnrouted } from "./respond-error.ts";
import { Turn } from "./turn.ts";

/** Pause between checks for open requests while the listener closes, in milliseconds. */
const closeCheckMs = 10;

/** Time for idle connections to end by themselves before they are closed, in milliseconds. */
const forceCloseMs = 200;

/** What the listener is made of. */
export interface ListenerOptions {
  readonly handle: (message: RequestMessage) => Promise<ResponseMessage>;
  /** Answers requests below `/_ossicle/`; returns undefined for any other request. */
  readonly publicFile: (message: RequestMessage) => Promise<ResponseMessage | undefined>;
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
  /** Networks whose `X-Forwarded-For` is used. */
  readonly trustedProxies: readonly string[];
  readonly clock: () => number;
  readonly log: Logger;
  /** Called after every answer, except those of `publicFile`. */
  readonly onAnswered: (operation: string, status: number, tookMs: number) => void;
  /** Bounds the bytes of whole answers (not streams) that clients have not read yet. */
  readonly answers: SharedBudget;
  readonly timeouts?: Timeouts;
}

/** The data listener. */
export class DataListener {
  readonly server: Server;
  readonly #options: ListenerOptions;
  readonly #timeouts: Timeouts;
  readonly #addresses: ClientAddresses;
  readonly #connections = new Connections();
  readonly #writer: AnswerWriter;
  readonly #turn = new Turn();
  #underWay = 0;
  #closing = false;

  constructor(options: ListenerOptions) {
    const { timeouts = defaultTimeouts, tls, trustedProxies, answers, clock, log } = options;
    this.#options = options;
    this.#timeouts = timeouts;
    this.#addresses = new ClientAddresses(trustedProxies);
    const connections = this.#connections;
    const giveUp = (socket: Duplex): void => connections.giveUp(socket);
    this.#writer = new AnswerWriter({ timeouts, answers, giveUp });
    this.server = createHttpServer({ tls, timeouts });
    this.server.on("secureConnection", (socket: Socket) => connections.secured(socket));
    this.server.on("request", (request, response) => this.#enqueue(request, response, false));
    this.server.on("checkContinue", (request, response) => this.#enqueue(request, response, true));
    const { server } = this;
    const isSecure = tls !== undefined;
    handleClientErrors({ server, isSecure, connections, addresses: this.#addresses, clock, log });
  }

  /** Uses another certificate for the connections that follow. */
  renewTls(tls: { readonly cert: string; readonly key: string }): void {
    if (this.server instanceof SecureServer) this.server.setSecureContext(tls);
  }

  #enqueue(request: IncomingMessage, response: ServerResponse, expectsContinue: boolean): void {
    const exchange = { request, response, expectsContinue };
    this.#connections.enqueue(
      request.socket,
      () => new BodyReader(exchange, this.#timeouts),
      (body) => this.#serve(exchange, body),
    );
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
        isGone: () => request.socket.destroyed,
        secure: this.#options.tls !== undefined || this.#addresses.isForwardedSecure(request),
        ...(this.#options.tls === undefined ? {} : { tls: () => tlsFactsOf(request.socket) }),
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
      // The headers may have been sent, so no error answer is possible. Destroying the response
      // shows the client that the body is incomplete.
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
    answer.facts.onSent?.({ status: answer.status, tookMs });
    if (answer.status >= 500) {
      const cause = error instanceof OssError ? (error.cause ?? error) : error;
      const facts = { requestId, operation, status: answer.status };
      if (answer.status === 501) log.info({ ...facts, asked: String(cause) }, "not implemented");
      else if (cause instanceof StoreUnavailableError) {
        // While an engine is away, every request fails, and stacks would fill the log.
        log.error({ ...facts, reason: cause.message }, "request failed");
      } else log.error({ ...facts, err: cause }, "request failed");
    } else if (log.isLevelEnabled("debug")) {
      const path = (request.url ?? "").split("?", 1)[0]; // queries carry signatures
      log.debug({ requestId, operation, status: answer.status, tookMs, path }, "request");
    }
  }

  /** Serves on, but ends every connection after its next answer. */
  drain(): void {
    this.#closing = true;
  }

  /** Stops accepting, waits up to `graceMs` for open requests, then closes every connection. */
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
      this.#connections.destroyGivenUp();
    }, forceCloseMs);
    await closed;
    clearTimeout(force);
  }
}

// A replayed socket (double-framing.ts) is not a TLS socket itself.
function tlsFactsOf(socket: Socket): TlsFacts | undefined {
  const secured = socket instanceof ReplayedSocket ? socket.source : socket;
  if (!(secured instanceof TLSSocket)) return undefined;
  // Both are null once the client has disconnected; Node's types lack this for the cipher.
  const cipher = secured.getCipher() as CipherNameAndProtocol | null;
  return { version: secured.getProtocol() ?? "", cipher: cipher?.name ?? "" };
}

// Joins `set-cookie`, the only header that Node gathers into a list.
/** The headers of a request, each as one text. */
export function plainHeaders(request: IncomingMessage): RequestMessage["headers"] {
  const cookies = request.headers["set-cookie"];
  // No other header is a list.
  const plain = request.headers as Readonly<Record<string, string | undefined>>;
  return cookies === undefined ? plain : { ...plain, "set-cookie": cookies.join(",") };
}
