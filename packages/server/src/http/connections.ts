// The connections of a listener: one request of each is served at a time, and connections that were
// given up get no further answer.
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

/** Serves one request, and reads its body by this reader. */
type Serve = (body: BodyReader) => Promise<void>;

/** The connections. */
export class Connections {
  readonly #pipelines = new WeakMap<Duplex, Pipeline>();
  /**
   * Bytes that a TLS connection has read for its handshake, so that a first byte of a request can
   * be told.
   */
  readonly #handshakeBytes = new WeakMap<Duplex, number>();
  /** Connections whose bytes are read by another parser, or are discarded. */
  readonly #givenUp = new Set<Duplex>();

  /** Notes the end of a TLS handshake. The bytes of a replayed request were read before. */
  secured(socket: Socket): void {
    if (!(socket instanceof ReplayedSocket)) this.#handshakeBytes.set(socket, socket.bytesRead);
  }

  /**
   * Serves a request behind the ones before it: pipelined requests that are served together would
   * open files and gather answers without bound.
   */
  enqueue(socket: Socket, makeBody: () => BodyReader, serve: Serve): void {
    if (this.#givenUp.has(socket)) return;
    const pipeline = this.#pipelines.get(socket) ?? { waiting: 0, last: Promise.resolve() };
    const isReplayed = socket instanceof ReplayedSocket;
    if (isReplayed && socket.isUsed) return; // the connection closes behind its only answer
    if (isReplayed) socket.isUsed = true;
    if (pipeline.waiting >= maxPipelined) {
      socket.destroy();
      return;
    }
    pipeline.waiting += 1;
    this.#pipelines.set(socket, pipeline);
    const serveNext = async (): Promise<void> => {
      if (socket.destroyed) return; // a request that waited has no client any more
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

  /** Requests of a connection that are served or wait. */
  waiting(socket: Duplex): number {
    return this.#pipelines.get(socket)?.waiting ?? 0;
  }

  /** Resolves when the requests that have arrived are answered; undefined where there are none. */
  answered(socket: Duplex): Promise<void> | undefined {
    return this.#pipelines.get(socket)?.last;
  }

  /** The body of the only request of a connection; undefined where others wait behind it. */
  onlyBody(socket: Duplex): BodyReader | undefined {
    const pipeline = this.#pipelines.get(socket);
    return pipeline?.waiting === 1 ? pipeline.body : undefined;
  }

  /** Gives a connection up: its further errors are no requests and get no answer. */
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
    // The sockets of `clientError` are those of the server, or ReplayedSocket, which has it too.
    const { bytesRead } = socket as Socket;
    return bytesRead === (this.#handshakeBytes.get(socket) ?? 0);
  }

  /** Closes the connections that were given up. Node does not count them any more. */
  destroyGivenUp(): void {
    for (const socket of this.#givenUp) socket.destroy();
  }
}
