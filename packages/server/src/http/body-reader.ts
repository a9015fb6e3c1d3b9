// Reads a request's body from its socket: sends 100 Continue only when an operation reads the body,
// fails when the client stalls, and drains unread bytes up to a bound.
import type { IncomingMessage, ServerResponse } from "node:http";
import { OssError } from "@ossicle/protocol";
import { freeChunk } from "../memory/free-chunk.ts";
import type { IncomingBody } from "./message.ts";
import { lingerBytes, lingerIdleMs, lingerMs } from "./lingering-close.ts";

/** How slow a client may be. */
export interface Timeouts {
  /**
   * Longest time for a request's head, in milliseconds. Then the answer is 400 RequestTimeout; if
   * no byte has arrived, the connection closes without an answer.
   */
  readonly headMs: number;
  /** Longest silence of a client inside a body, in milliseconds. Then 400 RequestTimeout. */
  readonly bodyIdleMs: number;
  /**
   * Slowest average rate of a client, in bytes per second of waiting for it. A body is checked
   * after the first `bodyIdleMs` of waiting: below the rate it gets 400 RequestTimeout. An answer
   * is checked after the first `answerGraceMs`: below the rate the connection is cut.
   */
  readonly minRate: number;
  /** How long the client may fall behind `minRate` while it reads an answer, in milliseconds. */
  readonly answerGraceMs: number;
  /**
   * Longest time without a byte in either direction, in milliseconds; then the connection is cut.
   */
  readonly socketIdleMs: number;
}

/** The default bounds. OSS names RequestTimeout, but documents no figure. */
export const defaultTimeouts: Timeouts = {
  headMs: 30_000,
  bodyIdleMs: 60_000,
  minRate: 1_024,
  answerGraceMs: 60_000,
  socketIdleMs: 600_000,
};

/**
 * Most bytes of an unread body that the server reads and discards so that it can reuse the
 * connection. OSS documents no limit.
 */
export const maxDrainBytes = 1_048_576;

/** Longest time for draining an unread body, in milliseconds. OSS documents no limit. */
export const maxDrainMs = 2_000;

/** A request with its response. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly expectsContinue: boolean;
}

/** The body of one request. */
export class BodyReader implements IncomingBody {
  readonly lengthBytes: number | undefined;
  readonly chunks: AsyncIterable<Uint8Array>;
  readonly free: (chunk: Uint8Array) => void = freeChunk;
  readonly #timeouts: Timeouts;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #expectsContinue: boolean;
  readonly #hasBody: boolean;
  #started = false;
  #received = 0;
  #waitedMs = 0;
  #listening = false;
  #failure: OssError | undefined;
  readonly #wakes = new Set<() => void>();

  constructor(
    { request, response, expectsContinue }: Exchange,
    timeouts: Timeouts = defaultTimeouts,
  ) {
    this.#timeouts = timeouts;
    this.#request = request;
    this.#response = response;
    this.#expectsContinue = expectsContinue;
    const length = request.headers["content-length"];
    const chunked = request.headers["transfer-encoding"] !== undefined;
    // Neither header means no body (RFC 9112). PutBucket usually has neither, and the upload of an
    // empty object may have neither.
    this.lengthBytes = chunked ? undefined : Number(length ?? 0);
    this.#hasBody = chunked || this.lengthBytes !== 0;
    this.chunks = { [Symbol.asyncIterator]: () => this.#read() };
  }

  async *#read(): AsyncGenerator<Uint8Array> {
    if (!this.#hasBody) return;
    this.#start();
    for (;;) {
      const chunk = this.#request.read() as Buffer | null;
      if (chunk !== null) {
        this.#received += chunk.length;
        yield chunk;
        if (this.#received === this.lengthBytes) return;
      } else if (this.#failure !== undefined) {
        throw this.#failure;
      } else if (this.#request.readableEnded) {
        return;
      } else if (this.#request.destroyed) {
        throw new OssError("IncompleteBody", {}, { cause: this.#request.errored });
      } else if (!(await this.#more(this.#timeouts.bodyIdleMs)) || this.#tooSlow()) {
        // Later bytes belong to this body, not to the next request, so the connection must close.
        this.#failure = new OssError("RequestTimeout");
        throw this.#failure;
      }
    }
  }

  /**
   * Makes the body's reader throw an error, because the body is malformed or ends early. Returns
   * false when all of the body has already been read.
   */
  fail(failure: OssError): boolean {
    if (!this.unread) return false;
    this.#failure ??= failure;
    this.#wakeAll();
    return true;
  }

  #wakeAll(): void {
    for (const wake of this.#wakes) wake();
  }

  #start(): void {
    if (this.#started) return;
    this.#started = true;
    if (this.#expectsContinue) this.#response.writeContinue();
  }

  #tooSlow(): boolean {
    const { bodyIdleMs, minRate } = this.#timeouts;
    const arrived = this.#received + this.#request.readableLength;
    return this.#waitedMs > bodyIdleMs && arrived < (this.#waitedMs / 1_000) * minRate;
  }

  /** Waits for bytes, the end of the body, or a failure. Returns false on a timeout. */
  async #more(timeoutMs: number): Promise<boolean> {
    if (!this.#listening) {
      this.#listening = true;
      for (const event of ["readable", "end", "error", "close"]) {
        this.#request.on(event, () => this.#wakeAll());
      }
    }
    const startedMs = performance.now();
    const arrived = await new Promise<boolean>((resolve) => {
      const end = (isThere: boolean): void => {
        clearTimeout(timer);
        this.#wakes.delete(wake);
        resolve(isThere);
      };
      const wake = (): void => end(true);
      const timer = setTimeout(() => end(false), timeoutMs);
      this.#wakes.add(wake);
    });
    this.#waitedMs += performance.now() - startedMs;
    return arrived;
  }

  /** Whether the body may have unread bytes. */
  get unread(): boolean {
    if (!this.#hasBody || this.#request.readableEnded) return false;
    return this.lengthBytes === undefined || this.#received < this.lengthBytes;
  }

  // Some clients announce a body on a GET or HEAD and never send it (integration test of oss2). The
  // next request on the connection would be read as that body.
  get #mayNeverCome(): boolean {
    const { method, complete } = this.#request;
    return (method === "GET" || method === "HEAD") && !complete;
  }

  /**
   * Whether the connection must close after the answer: the body is broken or may never arrive, the
   * client still waits for 100 Continue, or too much of the body is unread.
   */
  get mustClose(): boolean {
    if (!this.unread) return false;
    if (this.#failure !== undefined || this.#mayNeverCome) return true;
    if (this.#expectsContinue && !this.#started) return true;
    return (this.lengthBytes ?? 0) - this.#received > maxDrainBytes;
  }

  /**
   * Reads and discards the rest of the body so that the connection can be reused. Returns false
   * when that is not possible; the connection must then close.
   */
  async drain(): Promise<boolean> {
    if (this.mustClose) return false;
    return this.#discard({ bytes: maxDrainBytes, idleMs: maxDrainMs, ms: maxDrainMs });
  }

  /**
   * Reads and discards the rest of the body on a connection that will close. The answer has been
   * written, and a client that writes before it reads can then still read it. Resolves when the
   * client has stopped sending, or a bound is reached.
   */
  async linger(): Promise<void> {
    if (this.#failure !== undefined || this.#mayNeverCome) return;
    await this.#discard({ bytes: lingerBytes, idleMs: lingerIdleMs, ms: lingerMs });
  }

  async #discard(most: { bytes: number; idleMs: number; ms: number }): Promise<boolean> {
    const deadline = performance.now() + most.ms;
    let discarded = 0;
    while (this.unread && !this.#request.destroyed && this.#failure === undefined) {
      const chunk = this.#request.read() as Buffer | null;
      if (chunk !== null) {
        discarded += chunk.length;
        this.#received += chunk.length;
        if (discarded > most.bytes) return false;
        continue;
      }
      const leftMs = Math.min(most.idleMs, deadline - performance.now());
      if (leftMs <= 0 || !(await this.#more(leftMs))) return false;
    }
    return this.#failure === undefined;
  }
}
