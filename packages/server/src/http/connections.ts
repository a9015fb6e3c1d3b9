// The connections of a listener. The server serves one request of a connection at a time, and
// sends no further answer on a connection that was given up.
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { BodyReader } from "./body-reader.ts";
import { ReplayedSocket } from "./double-framing.ts";

/** Most requests that a client may send ahead of their answers. OSS documents no limit. */
const maxPipelined = 100;

/** The requests of one connection. */
interface Pipeline {
  waiting: number;
  last: Promise<void>;
  /** The body of the request that is served. */
  body?: BodyReader;
}

/** Serves one request, and reads its body through the given reader. */
type Serve = (body: BodyReader) => Promise<void>;

/** Tracks the pipelined requests of each connection, and the connections that were given up. */
export class Connections {
  readonly #pipelines = new WeakMap<Duplex, Pipeline>();
  /**
   * Bytes that a TLS connection read for its handshake. A larger count means that a request has
   * begun to arrive.
   */
  readonly #handshakeBytes = new WeakMap<Duplex, number>();
  /** Connections whose bytes are read by another parser, or are discarded. */
  readonly #givenUp = new Set<Duplex>();

  /** Records the end of a TLS handshake; not for a replayed socket, whose request has arrived. */
  secured(socket: Socket): void {
    if (!(socket instanceof ReplayedSocket)) this.#handshakeBytes.set(socket, socket.bytesRead);
  }

  /**
   * Serves a request after the earlier ones on its connection. Pipelined requests that are served
   * at once would open files and buffer answers without bound.
   */
  enqueue(socket: Socket, makeBody: () => BodyReader, serve: Serve): void {
    if (this.#givenUp.has(socket)) return;
    const pipeline = this.#pipelines.get(socket) ?? { waiting: 0, last: Promise.resolve() };
    const isReplayed = socket instanceof ReplayedSocket;
    if (isReplayed && socket.isUsed) return; // the connection closes after its only answer
    if (isReplayed) socket.isUsed = true;
    if (pipeline.waiting >= maxPipelined) {
      socket.destroy();
      return;
    }
    pipeline.waiting += 1;
    this.#pipelines.set(socket, pipeline);
    const serveNext = async (): Promise<void> => {
      if (socket.destroyed) return; // the client disconnected while the request waited
      pipeline.body = makeBody();
      await serve(pipeline.body);
      delete pipeline.body;
    };
    const work = pipeline.waiting === 1 ? serveNext() : pipeline.last.then(serveNext);
    pipeline.last = work.finally(() => {
      pipeline.waiting -= 1;
      if (pipeline.waiting === 0) this.#pipelines.delete(socket);
    });
  }

  /** The number of a connection's requests that are being served or wait. */
  waiting(socket: Duplex): number {
    return this.#pipelines.get(socket)?.waiting ?? 0;
  }

  /** Resolves when all requests that have arrived are answered; undefined if there are none. */
  answered(socket: Duplex): Promise<void> | undefined {
    return this.#pipelines.get(socket)?.last;
  }

  /** The body of a connection's only request; undefined if there is none, or if others wait. */
  onlyBody(socket: Duplex): BodyReader | undefined {
    const pipeline = this.#pipelines.get(socket);
    return pipeline?.waiting === 1 ? pipeline.body : undefined;
  }

  /** Gives a connection up: the server ignores its further requests and errors. */
  giveUp(socket: Duplex): void {
    this.#givenUp.add(socket);
    socket.once("close", () => this.#givenUp.delete(socket));
  }

  /** Whether a connection was given up. */
  isGivenUp(socket: Duplex): boolean {
    return this.#givenUp.has(socket);
  }

  /** Whether a connection has sent nothing yet. */
  isUnused(socket: Duplex): boolean {
    // `clientError` passes a socket of the server or a ReplayedSocket; both have `bytesRead`.
    const { bytesRead } = socket as Socket;
    return bytesRead === (this.#handshakeBytes.get(socket) ?? 0);
  }

  /** Closes the connections given up. Node's `closeAllConnections` does not close all of them. */
  destroyGivenUp(): void {
    for (const socket of this.#givenUp) socket.destroy();
  }
}
