// Reads a request's body from its socket: sends the 100 only when somebody wants the bytes, gives up on clients that stall,
// and drains what nobody read, up to a bound.
import type { IncomingMessage, ServerResponse } from "node:http";
import { OssError } from "@ossicle/protocol";
import type { IncomingBody } from "../objects/ingest.ts";

/** Longest silence of a client inside a body, in milliseconds; then 400 RequestTimeout. Ours: OSS names no figure. */
export const bodyIdleMs = 60_000;

/** Most bytes of an unread body that are taken off the wire so that the connection can go on. Ours. */
export const maxDrainBytes = 1_048_576;

/** Longest time spent on that, in milliseconds. Ours. */
export const maxDrainMs = 2_000;

/** The body of one request. */
export class BodyReader implements IncomingBody {
  readonly lengthBytes: number | undefined;
  readonly chunks: AsyncIterable<Uint8Array>;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #expectsContinue: boolean;
  readonly #hasBody: boolean;
  #started = false;
  #received = 0;

  constructor(request: IncomingMessage, response: ServerResponse, expectsContinue: boolean) {
    this.#request = request;
    this.#response = response;
    this.#expectsContinue = expectsContinue;
    const length = request.headers["content-length"];
    const chunked = request.headers["transfer-encoding"] !== undefined;
    // Neither header means no body (RFC 9112); PutBucket and its like come so, and an empty object may.
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
      } else if (this.#request.readableEnded) {
        return;
      } else if (this.#request.destroyed) {
        throw new OssError("IncompleteBody", {}, { cause: this.#request.errored });
      } else if (!(await this.#more(bodyIdleMs))) {
        throw new OssError("RequestTimeout");
      }
    }
  }

  #start(): void {
    if (this.#started) return;
    this.#started = true;
    if (this.#expectsContinue) this.#response.writeContinue();
  }

  /** Waits for bytes, the end, or a break; false when time ran out. */
  #more(timeoutMs: number): Promise<boolean> {
    const request = this.#request;
    return new Promise((resolve) => {
      const events = ["readable", "end", "error", "close"] as const;
      const finish = (arrived: boolean): void => {
        clearTimeout(timer);
        for (const event of events) request.off(event, onEvent);
        resolve(arrived);
      };
      const onEvent = (): void => finish(true);
      const timer = setTimeout(() => finish(false), timeoutMs);
      for (const event of events) request.on(event, onEvent);
    });
  }

  /** Whether bytes may be left on the wire. */
  get unread(): boolean {
    if (!this.#hasBody || this.#request.readableEnded) return false;
    return this.lengthBytes === undefined || this.#received < this.lengthBytes;
  }

  /** Whether the connection cannot go on after the answer: the client waits for a 100, or too much is left. */
  get mustClose(): boolean {
    if (!this.unread) return false;
    if (this.#expectsContinue && !this.#started) return true;
    return (this.lengthBytes ?? 0) - this.#received > maxDrainBytes;
  }

  /** Takes what is left off the wire. False when a bound was reached: then the connection must close. */
  async drain(): Promise<boolean> {
    if (this.#expectsContinue && !this.#started) return false;
    const deadline = performance.now() + maxDrainMs;
    let drained = 0;
    while (this.unread && !this.#request.destroyed) {
      const chunk = this.#request.read() as Buffer | null;
      if (chunk !== null) {
        drained += chunk.length;
        this.#received += chunk.length;
        if (drained > maxDrainBytes) return false;
        continue;
      }
      const leftMs = deadline - performance.now();
      if (leftMs <= 0 || !(await this.#more(leftMs))) return false;
    }
    return true;
  }
}
