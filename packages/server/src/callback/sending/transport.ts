// The HTTP side of a callback. Dials the vetted address, sends SNI only where the callback asks for
// it, follows no redirect, and reads a bounded answer. Uses node:http, because one connection per
// callback costs two thirds of what it costs with undici (docs/decisions/0008).
import http from "node:http";
import net from "node:net";
import type { Duplex } from "node:stream";
import tls from "node:tls";
import { maxReplyBytes, type ReplyHead } from "@ossicle/protocol";
import { Deadline } from "./deadline.ts";
import type { Guard } from "./guard.ts";

/** Where an application server is. */
export interface Destination {
  /** A name or an IPv4 address. */
  readonly host: string;
  readonly port: number;
  /** Whether the connection uses TLS. */
  readonly secure: boolean;
  /** Whether TLS sends the server's name. */
  readonly sni: boolean;
}

/** How far a request has come. On a kept connection the first three do not occur. */
export type Stage = "resolved" | "connected" | "secured" | "answered";

/** The head of an answer, with its headers as names and values in turn. */
export interface HeardHead extends ReplyHead {
  readonly headers: readonly string[];
}

/** Receives the progress of a request. */
export interface Listener {
  readonly stage: (stage: Stage) => void;
  /** Judges the head. Throws to refuse the answer, whose body is then not waited for. */
  readonly head: (head: HeardHead) => void;
  /**
   * Receives the part of a refused answer's body that arrived with its head, which is seldom all of
   * it.
   */
  readonly refused: (excerpt: Buffer) => void;
}

/** One request to an application server. */
export interface CallbackRequest {
  readonly destination: Destination;
  /** Path and query, exactly as in the callback URL. */
  readonly target: string;
  /** Names and values in turn, Host first; no Connection. */
  readonly headers: readonly string[];
  readonly body: Uint8Array;
  /** Ends the request, from the name's resolution to the answer's last byte. */
  readonly deadline: Deadline;
  readonly listener: Listener;
}

/** What the application server answered. */
export interface CallbackReply extends HeardHead {
  readonly body: Buffer;
}

/**
 * How connections to application servers are used: `close` is OSS's way, one connection a callback.
 */
export type ConnectionUse = "close" | "keep-alive";

/** Longest head of an answer, in bytes. OSS documents no limit. */
const maxReplyHeadBytes = 65_536;

/**
 * Longest time for the dialling of a connection that is to be kept, in milliseconds. We chose a
 * callback's whole time.
 */
const dialTimeoutMs = 5_000;

/**
 * How long an unused connection is kept, in milliseconds: less than Gunicorn's 2 s and the 5 s of
 * node:http. OSS documents no limit.
 */
const keepIdleMs = 1_500;

/** Sends callbacks. */
export interface Transport {
  /**
   * Rejects with the cause when no good answer arrives, and with the error that the listener
   * throws.
   */
  readonly send: (request: CallbackRequest) => Promise<CallbackReply>;
  /** Closes kept connections. */
  readonly close: () => void;
}

/** Sends callbacks over the network. */
export class CallbackTransport implements Transport {
  readonly #use: ConnectionUse;
  readonly #guard: Guard;
  readonly #agents = new Map<string, KeepingAgent>();

  constructor(guard: Guard, use: ConnectionUse) {
    this.#use = use;
    this.#guard = guard;
  }

  async send(request: CallbackRequest): Promise<CallbackReply> {
    const { destination, target, headers, deadline, listener } = request;
    const onStage = listener.stage;
    const options: DialOptions = {
      method: "POST",
      path: target,
      // Connection follows Host, as in OSS's requests.
      headers: [...headers.slice(0, 2), "Connection", this.#use, ...headers.slice(2)],
      maxHeaderSize: maxReplyHeadBytes,
    };
    if (this.#use === "close") {
      const socket = await dial(this.#guard, destination, { deadline, onStage });
      try {
        return await exchange({ ...options, createConnection: () => socket }, request);
      } finally {
        socket.destroy();
      }
    }
    const { host, port } = destination;
    const agent = this.#agentFor(destination);
    const kept = { ...options, protocol: agent.protocol, host, port, agent, onStage };
    return exchange(kept, request);
  }

  #agentFor({ secure, sni }: Destination): KeepingAgent {
    const name = `${secure} ${sni}`;
    const agent = this.#agents.get(name) ?? new KeepingAgent(this.#guard, { secure, sni });
    this.#agents.set(name, agent);
    return agent;
  }

  /**
   * Closes kept connections; one that is being dialled ends by itself within {@link dialTimeoutMs}.
   */
  close(): void {
    for (const agent of this.#agents.values()) agent.destroy();
  }
}

/** A request's options, which the agent hands through to where it dials. */
interface DialOptions extends http.RequestOptions {
  readonly onStage?: Listener["stage"];
}

/** Keeps connections of one kind, by host and port. */
class KeepingAgent extends http.Agent {
  readonly protocol: string;
  readonly #guard: Guard;
  readonly #kind: Pick<Destination, "secure" | "sni">;

  constructor(guard: Guard, kind: Pick<Destination, "secure" | "sni">) {
    super({ keepAlive: true, timeout: keepIdleMs });
    this.protocol = kind.secure ? "https:" : "http:";
    this.#guard = guard;
    this.#kind = kind;
  }

  // The agent accepts undefined here, and gets the socket later through the callback.
  override createConnection(
    options: DialOptions,
    callback?: (cause: Error | null, socket: net.Socket) => void,
  ): net.Socket {
    const { secure, sni } = this.#kind;
    const deadline = new Deadline(dialTimeoutMs);
    dial(
      this.#guard,
      { host: String(options.host), port: Number(options.port), secure, sni },
      { deadline, onStage: options.onStage ?? (() => undefined) },
    )
      .finally(() => deadline.lift())
      .then(
        (socket) => callback?.(null, socket),
        (cause: unknown) => callback?.(cause as Error, undefined as never),
      );
    return undefined as never;
  }

  // Destroys an idle connection that receives bytes: they would be taken for the answer to the next
  // callback.
  override keepSocketAlive(socket: Duplex): void {
    socket.on("data", destroyThis);
    return super.keepSocketAlive(socket);
  }

  override reuseSocket(socket: Duplex, request: http.ClientRequest): void {
    socket.off("data", destroyThis);
    super.reuseSocket(socket, request);
  }
}

function destroyThis(this: Duplex): void {
  this.destroy();
}

function exchange(options: http.RequestOptions, request: CallbackRequest): Promise<CallbackReply> {
  return new Promise((resolve, reject) => {
    const outgoing = http.request(options);
    // No limit: node:http drops further headers silently. The head's length has its own limit.
    outgoing.maxHeadersCount = 0;
    let refusal: Error | undefined; // takes precedence over errors of the body
    const fail = (cause: Error): void => {
      reject(refusal ?? cause);
      outgoing.destroy();
    };
    request.deadline.onExpiry(fail);
    outgoing.on("error", fail);
    const closed = (): void => fail(new Error("the connection was closed without an answer"));
    outgoing.on("close", closed);
    // Judge the head at once: malformed bytes after it must not hide its status.
    const judge = (incoming: http.IncomingMessage): HeardHead | undefined => {
      const head = headOf(incoming);
      request.listener.stage("answered");
      try {
        request.listener.head(head);
        return head;
      } catch (cause) {
        refusal = cause as Error;
        // Bytes of the same packet can be read at the end of this turn of the event loop.
        setImmediate(() => {
          request.listener.refused((incoming.read() as Buffer | null) ?? Buffer.alloc(0));
          fail(cause as Error);
        });
        return undefined;
      }
    };
    // A 101 fails as any status but 200 does; its connection is not used again.
    outgoing.on("upgrade", (incoming, socket) => {
      judge(incoming);
      socket.destroy();
    });
    outgoing.on("response", (incoming) => {
      outgoing.off("close", closed);
      incoming.on("error", fail);
      const head = judge(incoming);
      if (head !== undefined) readReply(incoming, head).then(resolve, fail);
    });
    outgoing.end(request.body);
  });
}

function headOf({ statusCode, headers, rawHeaders }: http.IncomingMessage): HeardHead {
  return {
    status: statusCode ?? 0,
    contentLength: headers["content-length"],
    contentType: headers["content-type"],
    headers: rawHeaders,
  };
}

async function readReply(incoming: http.IncomingMessage, head: HeardHead): Promise<CallbackReply> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxReplyBytes) throw new Error("the answer is longer than the store accepts");
    chunks.push(chunk);
  }
  return { ...head, body: Buffer.concat(chunks, size) };
}

interface Dialling {
  readonly deadline: Deadline;
  readonly onStage: Listener["stage"];
}

async function dial(
  guard: Guard,
  destination: Destination,
  dialling: Dialling,
): Promise<net.Socket> {
  let failure: unknown;
  const addresses = await dialling.deadline.race(guard.vet(destination.host, destination.port));
  dialling.onStage("resolved");
  for (const address of addresses) {
    try {
      return await connect(address, destination, dialling);
    } catch (cause) {
      failure = cause;
    }
  }
  throw failure;
}

function connect(
  address: string,
  { host, port, secure, sni }: Destination,
  { deadline, onStage }: Dialling,
): Promise<net.Socket> {
  return new Promise((resolve, reject) => {
    const socket = secure
      ? tls.connect({
          host: address,
          port,
          ALPNProtocols: ["http/1.1"],
          ...(sni ? { servername: host } : {}),
          // Without SNI the certificate is still checked against the URL's host name.
          checkServerIdentity: (_address, certificate) =>
            tls.checkServerIdentity(host, certificate),
        })
      : net.connect({ host: address, port });
    socket.setNoDelay(true);
    deadline.onExpiry((cause) => socket.destroy(cause));
    socket.once("error", reject);
    socket.once("connect", () => onStage("connected"));
    socket.once(secure ? "secureConnect" : "connect", () => {
      if (secure) onStage("secured");
      socket.off("error", reject);
      resolve(socket);
    });
  });
}
