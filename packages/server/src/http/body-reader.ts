// Reads a request's body from its socket: sends the 100 only when an operation reads the body,
// gives up on clients that stall, and drains unread bytes up to a bound.
import type { IncomingMessage, ServerResponse } from "node:http";
import { OssError } from "@ossicle/protocol";
import type { IncomingBody } from "./message.ts";
import { lingerBytes, lingerIdleMs, lingerMs } from "./lingering-close.ts";

/** How slow a client may be. */
export interface Timeouts {
  /**
   * Longest time for a request's head, in milliseconds; then 400 RequestTimeout, or a silent close
   * where nothing has come.
   */
  readonly headMs: number;
  /** Longest silence of a client inside a body, in milliseconds; then 400 RequestTimeout. */
  readonly bodyIdleMs: number;
  /**
   * Slowest average, in bytes a second of waiting for the client. Of a body once a first
   * `bodyIdleMs` has gone: then 400 RequestTimeout. Of an answer beyond a first `answerGraceMs`:
   * then the connection is cut.
   */
  readonly minRate: number;
  /** What an answer may stand still beyond its rate, in milliseconds. */
  readonly answerGraceMs: number;
  /**
   * Longest time without a byte in either direction, in milliseconds; then the connection is cut.
   */
  readonly socketIdleMs: number;
}

/** What a server puts up with. OSS names RequestTimeout, but documents no figure. */
export const defaultTimeouts: Timeouts = {
  headMs: 30_000,
  bodyIdleMs: 60_000,
  minRate: 1_024,
  answerGraceMs: 60_000,
  socketIdleMs: 600_000,
};

/**
 * Most bytes of an unread body that are taken off the wire so that the connection can go on. OSS
 * documents no limit.
 */
export const maxDrainBytes = 1_048_576;

/** Longest time spent on that, in milliseconds. OSS documents no limit. */
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
    // Neither header means no body (RFC 9112); PutBucket and its like come so, and an empty object
    // may.
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
        // What comes later belongs to this body, not to a next request: the connection must close.
        this.#failure = new OssError("RequestTimeout");
        throw this.#failure;
      }
    }
  }

  /**
   * The body is malformed or ends early: its reader gets the error. False when all of it has been
   * read.
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

  /** Waits for bytes, the end, or a break; false when time ran out. */
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

  /** Whether bytes may be left on the wire. */
  get unread(): boolean {
    if (!this.#hasBody || this.#request.readableEnded) return false;
    return this.lengthBytes === undefined || this.#received < this.lengthBytes;
  }

  // Some that read announce a body that never comes (integration test of oss2): the next request
  // would be taken for it.
  get #mayNeverCome(): boolean {
    const { method, complete } = this.#request;
    return (method === "GET" || method === "HEAD") && !complete;
  }

  /**
   * Whether the connection cannot go on after the answer: the body is broken, the client waits for
   * a 100, or too much is left.
   */
  get mustClose(): boolean {
    if (!this.unread) return false;
    if (this.#failure !== undefined || this.#mayNeverCome) return true;
    if (this.#expectsContinue && !this.#started) return true;
    return (this.lengthBytes ?? 0) - this.#received > maxDrainBytes;
  }

  /**
   * Takes what is left off the wire so that the connection can go on. False when it cannot: then it
   * must close.
   */
  async drain(): Promise<boolean> {
    if (this.mustClose) return false;
    return this.#discard({ bytes: maxDrainBytes, idleMs: maxDrainMs, ms: maxDrainMs });
  }

  /**
   * Takes what is left off the wire of a connection that is to be closed, so that a client that
   * writes before it reads gets to read the answer, which has been written. Resolves when the
   * client has stopped, or a bound is reached.
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
