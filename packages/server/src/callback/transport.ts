// The HTTP side of a callback: dials the vetted address, sends SNI only if asked, follows no redirect, reads a bounded answer.
import net from "node:net";
import tls from "node:tls";
import { checkReplyHead, maxReplyBytes, type ReplyHead } from "@ossicle/protocol";
import type { Agent, buildConnector, Dispatcher } from "undici";
import { Deadline } from "./deadline.ts";
import type { Guard } from "./guard.ts";

/** One request to an application server. */
export interface CallbackRequest {
  readonly origin: string;
  /** Path and query, exactly as in the callback URL. */
  readonly target: string;
  readonly sni: boolean;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly body: Uint8Array;
  readonly signal: AbortSignal;
}

/** What the application server answered. */
export interface CallbackReply extends ReplyHead {
  readonly body: Buffer;
}

/** How connections to application servers are used: `close` is OSS's way, one connection a callback. */
export type ConnectionUse = "close" | "keep-alive";

/** Sends callbacks. */
export class CallbackTransport {
  readonly #use: ConnectionUse;
  readonly #guard: Guard;
  // Loaded with the first callback: the library is a fifth of what a start has to read.
  #agents: Promise<{ readonly plain: Agent; readonly withSni: Agent }> | undefined;

  constructor(guard: Guard, use: ConnectionUse) {
    this.#use = use;
    this.#guard = guard;
  }

  /** Sends a request. The body of an answer whose head is already a failure is not read. */
  async send(request: CallbackRequest): Promise<CallbackReply> {
    this.#agents ??= openAgents(this.#guard);
    const { plain, withSni } = await this.#agents;
    const dispatcher = request.sni ? withSni : plain;
    // undici heeds the signal only once there is a connection.
    const sent = dispatcher.request({
      origin: request.origin,
      path: request.target,
      method: "POST",
      headers: [...request.headers],
      body: request.body,
      signal: request.signal,
      reset: this.#use === "close",
    });
    const reply = await orAborted(sent, request.signal);
    const head: ReplyHead = {
      status: reply.statusCode,
      contentLength: single(reply.headers["content-length"]),
      contentType: single(reply.headers["content-type"]),
    };
    try {
      checkReplyHead(head);
      return { ...head, body: await readBounded(reply.body) };
    } finally {
      reply.body.on("error", () => undefined); // destroying an unread body reports an abort
      reply.body.destroy();
    }
  }

  async close(): Promise<void> {
    const agents = await this.#agents;
    await Promise.all([agents?.plain.destroy(), agents?.withSni.destroy()]);
  }
}

async function openAgents(guard: Guard): Promise<{ plain: Agent; withSni: Agent }> {
  const undici = await import("undici");
  const agent = (sni: boolean): Agent =>
    new undici.Agent({
      connect: connector(guard, sni),
      pipelining: 1,
      maxHeaderSize: 65_536,
      headersTimeout: 0, // the delivery's own deadline covers all of it
      bodyTimeout: 0,
    });
  return { plain: agent(false), withSni: agent(true) };
}

function connector(guard: Guard, sni: boolean): buildConnector.connector {
  return ({ hostname, port, protocol }, callback) => {
    dial(guard, { host: hostname, port, secure: protocol === "https:", sni }).then(
      (socket) => callback(null, socket),
      (cause: unknown) => callback(cause as Error, null),
    );
  };
}

interface Dial {
  readonly host: string;
  readonly port: string;
  readonly secure: boolean;
  readonly sni: boolean;
}

/** Longest time for a name's resolution, a connection and its TLS handshake together, in milliseconds. */
const dialTimeoutMs = 5_000;

/** The work's outcome, or the signal's reason if that comes first. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error); // a TimeoutError, by AbortSignal.timeout
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

async function dial(guard: Guard, target: Dial): Promise<net.Socket> {
  const port = Number(target.port === "" ? (target.secure ? 443 : 80) : target.port);
  const deadline = new Deadline(dialTimeoutMs);
  const { signal } = deadline;
  let failure: unknown;
  try {
    for (const address of await orAborted(guard.vet(target.host), signal)) {
      try {
        return await connect({ address, port, signal }, target);
      } catch (cause) {
        failure = cause;
      }
    }
  } finally {
    deadline.lift();
  }
  throw failure;
}

interface Destination {
  readonly address: string;
  readonly port: number;
  readonly signal: AbortSignal;
}

function connect(
  { address, port, signal }: Destination,
  { host, secure, sni }: Dial,
): Promise<net.Socket> {
  return new Promise((resolve, reject) => {
    const socket = secure
      ? tls.connect({
          host: address,
          port,
          ALPNProtocols: ["http/1.1"],
          ...(sni ? { servername: host } : {}),
          // Without SNI the certificate is still held against the URL's name.
          checkServerIdentity: (_address, certificate) =>
            tls.checkServerIdentity(host, certificate),
        })
      : net.connect({ host: address, port });
    socket.setNoDelay(true);
    const abort = (): void => void socket.destroy(signal.reason as Error); // a TimeoutError
    signal.addEventListener("abort", abort, { once: true });
    socket.once(secure ? "secureConnect" : "connect", () => {
      signal.removeEventListener("abort", abort);
      socket.off("error", reject);
      resolve(socket);
    });
    socket.once("error", reject);
  });
}

async function readBounded(body: Dispatcher.ResponseData["body"]): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxReplyBytes) throw new Error("the answer is longer than its Content-Length");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(", ") : value;
}
