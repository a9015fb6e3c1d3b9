// The HTTP side of a callback: dials the vetted address, sends SNI only if asked, follows no redirect, reads a bounded answer.
// node:http, because a connection a callback costs two thirds of what it does with undici (docs/decisions/0008).
import http from "node:http";
import net from "node:net";
import type { Duplex } from "node:stream";
import tls from "node:tls";
import { checkReplyHead, maxReplyBytes, type ReplyHead } from "@ossicle/protocol";
import { Deadline } from "./deadline.ts";
import type { Guard } from "./guard.ts";

/** Where an application server is. */
export interface Destination {
  /** A name or an IPv4 address. */
  readonly host: string;
  readonly port: number;
  /** Whether TLS is spoken. */
  readonly secure: boolean;
  /** Whether TLS sends the server's name. */
  readonly sni: boolean;
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
}

/** What the application server answered. */
export interface CallbackReply extends ReplyHead {
  readonly body: Buffer;
}

/** How connections to application servers are used: `close` is OSS's way, one connection a callback. */
export type ConnectionUse = "close" | "keep-alive";

/** Longest head of an answer, in bytes. Ours. */
const maxReplyHeadBytes = 65_536;

/** Longest time for the dialling of a connection that is to be kept, in milliseconds. Ours. */
const dialTimeoutMs = 5_000;

/** How long an unused connection is kept, in milliseconds: less than Gunicorn's 2 s and the 5 s of node:http. Ours. */
const keepIdleMs = 1_500;

/** Sends callbacks. */
export class CallbackTransport {
  readonly #use: ConnectionUse;
  readonly #guard: Guard;
  readonly #agents = new Map<string, KeepingAgent>();

  constructor(guard: Guard, use: ConnectionUse) {
    this.#use = use;
    this.#guard = guard;
  }

  /** Sends a request. The body of an answer whose head is already a failure is not read. */
  async send(request: CallbackRequest): Promise<CallbackReply> {
    const { destination, target, headers } = request;
    const options: http.RequestOptions = {
      method: "POST",
      path: target,
      headers: [...headers.slice(0, 2), "Connection", this.#use, ...headers.slice(2)], // behind Host, as OSS has it
      maxHeaderSize: maxReplyHeadBytes,
    };
    if (this.#use === "close") {
      const socket = await dial(this.#guard, destination, request.deadline);
      try {
        return await exchange({ ...options, createConnection: () => socket }, request);
      } finally {
        socket.destroy();
      }
    }
    const { host, port } = destination;
    const agent = this.#agentFor(destination);
    return exchange({ ...options, protocol: agent.protocol, host, port, agent }, request);
  }

  #agentFor({ secure, sni }: Destination): KeepingAgent {
    const name = `${secure} ${sni}`;
    const agent = this.#agents.get(name) ?? new KeepingAgent(this.#guard, { secure, sni });
    this.#agents.set(name, agent);
    return agent;
  }

  /** Closes kept connections; one that is being dialled ends by itself within {@link dialTimeoutMs}. */
  close(): void {
    for (const agent of this.#agents.values()) agent.destroy();
  }
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

  // The agent takes nothing now and the socket later.
  override createConnection(
    options: http.ClientRequestArgs,
    callback?: (cause: Error | null, socket: net.Socket) => void,
  ): net.Socket {
    const { secure, sni } = this.#kind;
    const deadline = new Deadline(dialTimeoutMs);
    dial(
      this.#guard,
      { host: String(options.host), port: Number(options.port), secure, sni },
      deadline,
    )
      .finally(() => deadline.lift())
      .then(
        (socket) => callback?.(null, socket),
        (cause: unknown) => callback?.(cause as Error, undefined as never),
      );
    return undefined as never;
  }

  // Bytes that nobody asked for would be taken for the answer to the next callback.
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
    outgoing.maxHeadersCount = 0; // what is beyond it would be missing without a word; the head's length has its own limit
    const fail = (cause: Error): void => {
      reject(cause);
      outgoing.destroy();
    };
    request.deadline.onExpiry(fail);
    outgoing.on("error", fail);
    const closed = (): void => fail(new Error("the connection was closed without an answer"));
    outgoing.on("close", closed);
    // Judged at once: nonsense behind a head must not hide what the head says.
    const judge = (incoming: http.IncomingMessage): ReplyHead | undefined => {
      try {
        return headOf(incoming);
      } catch (cause) {
        fail(cause as Error);
        return undefined;
      }
    };
    outgoing.on("upgrade", judge); // a 101 fails as any status but 200 does
    outgoing.on("response", (incoming) => {
      outgoing.off("close", closed);
      incoming.on("error", fail);
      const head = judge(incoming);
      if (head !== undefined) readReply(incoming, head).then(resolve, fail);
    });
    outgoing.end(request.body);
  });
}

/** Throws CallbackFailed unless the head can belong to a good answer. */
function headOf({ statusCode, headers }: http.IncomingMessage): ReplyHead {
  const head: ReplyHead = {
    status: statusCode ?? 0,
    contentLength: headers["content-length"],
    contentType: headers["content-type"],
  };
  checkReplyHead(head);
  return head;
}

async function readReply(incoming: http.IncomingMessage, head: ReplyHead): Promise<CallbackReply> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxReplyBytes) throw new Error("the answer is longer than its Content-Length");
    chunks.push(chunk);
  }
  return { ...head, body: Buffer.concat(chunks, size) };
}

async function dial(
  guard: Guard,
  destination: Destination,
  deadline: Deadline,
): Promise<net.Socket> {
  let failure: unknown;
  for (const address of await deadline.race(guard.vet(destination.host))) {
    try {
      return await connect(address, destination, deadline);
    } catch (cause) {
      failure = cause;
    }
  }
  throw failure;
}

function connect(
  address: string,
  { host, port, secure, sni }: Destination,
  deadline: Deadline,
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
    deadline.onExpiry((cause) => socket.destroy(cause));
    socket.once("error", reject);
    socket.once(secure ? "secureConnect" : "connect", () => {
      socket.off("error", reject);
      resolve(socket);
    });
  });
}
