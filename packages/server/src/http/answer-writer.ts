// Writes answers to sockets, no faster than their clients read them, and drains or discards the
// unread rest of each request's body.
import type { ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { BudgetShare, SharedBudget } from "../memory/byte-budget.ts";
import type { ResponseMessage } from "./message.ts";
import type { BodyReader, Timeouts } from "./body-reader.ts";
import { closeLingering } from "./lingering-close.ts";

/** What a writer needs. */
export interface AnswerWriterOptions {
  readonly timeouts: Timeouts;
  /** Bounds the bytes of whole answers (not streams) that clients have not read yet. */
  readonly answers: SharedBudget;
  /** Marks a connection that is being closed: its further bytes are not read as requests. */
  readonly giveUp: (socket: Duplex) => void;
}

/** The request that an answer is for. */
export interface AnsweredRequest {
  readonly body: BodyReader;
  /** Whether the connection closes after the answer. */
  readonly mustClose: boolean;
}

/** Writes answers. */
export class AnswerWriter {
  readonly #options: AnswerWriterOptions;

  constructor(options: AnswerWriterOptions) {
    this.#options = options;
  }

  /** Writes an answer. Throws when its bytes cannot be read, or the client reads too slowly. */
  async send(
    response: ServerResponse,
    answer: ResponseMessage,
    request: AnsweredRequest,
  ): Promise<void> {
    try {
      await this.#write(response, answer, request);
    } catch (cause) {
      await dispose(answer.body);
      throw cause;
    }
  }

  async #write(
    response: ServerResponse,
    answer: ResponseMessage,
    { body, mustClose }: AnsweredRequest,
  ): Promise<void> {
    const headers = [...answer.headers];
    response.sendDate = false;
    const isStream = answer.body !== undefined && !(answer.body instanceof Uint8Array);
    // A streamed answer can wait until the rest of the request's body has been drained.
    const drained = body.unread && isStream ? await body.drain() : true;
    const closes = mustClose || body.mustClose || !drained;
    if (closes) headers.push("Connection", "close");
    response.writeHead(answer.status, headers);
    if (answer.body === undefined || answer.body instanceof Uint8Array) {
      await this.#writeWhole(response, answer.body, body);
      return;
    }
    const { answerGraceMs, minRate } = this.#options.timeouts;
    // The time left grows with each chunk that the client takes, because operating systems report
    // free buffer space in large steps.
    let leftMs = answerGraceMs;
    for await (const chunk of answer.body) {
      if (response.destroyed || response.req.socket.destroyed) return;
      const startedMs = performance.now();
      // Waits for the write's callback, because the chunk's memory is reused. `drain` is not
      // enough: Node emits none for a chunk that fits into the stream's buffer.
      await heard(response, (done) => response.write(chunk, done), leftMs);
      leftMs += (chunk.length / minRate) * 1_000 - (performance.now() - startedMs);
    }
    response.end();
  }

  async #writeWhole(
    response: ServerResponse,
    bytes: Uint8Array | undefined,
    body: BodyReader,
  ): Promise<void> {
    if (!body.unread) {
      response.end(bytes);
      if (response.writableFinished) return;
    }
    const { socket } = response.req;
    const share = this.#options.answers.open(() => socket.destroy());
    share.hold(bytes?.length ?? 0);
    let isLingering = false;
    try {
      if (body.unread) {
        // Send the whole answer before reading the rest of the body, so that the client can stop
        // sending.
        if (bytes === undefined) response.flushHeaders();
        else response.write(bytes);
        isLingering = !(await body.drain());
      }
      if (isLingering) this.#linger(socket, body, share);
      else await this.#finish(response, bytes?.length ?? 0);
    } finally {
      if (!isLingering) share.release();
    }
  }

  // Waits until the client has taken the answer. Until then the connection's next request waits,
  // and so does a server that is closing.
  async #finish(response: ServerResponse, sizeBytes: number): Promise<void> {
    if (!response.writableEnded) response.end();
    if (response.writableFinished || response.req.socket.destroyed) return;
    const { answerGraceMs, minRate } = this.#options.timeouts;
    const timeoutMs = answerGraceMs + (sizeBytes / minRate) * 1_000;
    await heard(response, (done) => response.once("finish", done), timeoutMs);
  }

  #linger(socket: Duplex, body: BodyReader, share: BudgetShare): void {
    this.#options.giveUp(socket);
    if (socket.destroyed) share.release();
    else socket.once("close", share.release);
    void body.linger().then(() => closeLingering(socket));
  }
}

/** Longest time that a timer can wait, in milliseconds. */
const maxTimerMs = 2_147_483_647;

async function dispose(body: ResponseMessage["body"]): Promise<void> {
  if (body === undefined || body instanceof Uint8Array) return;
  await body[Symbol.asyncIterator]().return?.();
}

// Waits for `done`, the close of the connection, or the timeout. It listens on the socket too,
// because Node emits no `close` on a pipelined response that is not yet at the head of its
// connection.
function heard(
  response: ServerResponse,
  listen: (done: () => void) => void,
  timeoutMs: number,
): Promise<void> {
  const { socket } = response.req;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => {
        reject(new Error("the client did not read its answer in time"));
        socket.destroy();
      },
      Math.min(timeoutMs, maxTimerMs),
    );
    const done = (): void => {
      clearTimeout(timer);
      response.off("close", done);
      socket.off("close", done);
      resolve();
    };
    response.on("close", done);
    socket.on("close", done);
    listen(done);
  });
}
