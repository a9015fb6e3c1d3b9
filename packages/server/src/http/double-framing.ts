// The one exception to strict HTTP framing: an upload may have `Content-Length` beside
// `Transfer-Encoding: chunked`. The official C SDK sends both on every write, and OSS accepts them
// (aliyun-oss-c-sdk, issues 66 and 104, pull request 117). RFC 9112, 6.3 lets a server read such a
// body by its chunks if it closes the connection after the answer. Node's parser refuses the pair,
// so this file rewrites the head and passes it to the same strict parser again. That parser refuses
// everything else that is wrong with the head.
import type { Socket } from "node:net";
import { Duplex } from "node:stream";

const headEnd = Buffer.from("\r\n\r\n");
const requestLine = /^(?:PUT|POST) [^ \r\n]+ HTTP\/1\.1$/;
const headerLine = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+:[^\r\n]*$/;

/**
 * Returns the packet without its `Content-Length` line. The packet must begin with the whole head
 * of an upload that has exactly one such line, with a number, and exactly one line
 * `Transfer-Encoding: chunked`. Returns undefined for anything else.
 * @param parsedBytes Bytes that the parser has read. If they reach past the head, the result is
 * undefined.
 */
export function withoutContentLength(packet: Buffer, parsedBytes: number): Buffer | undefined {
  const end = packet.indexOf(headEnd);
  if (end === -1 || parsedBytes > end) return undefined;
  const [first = "", ...lines] = packet.toString("latin1", 0, end).split("\r\n");
  if (!requestLine.test(first) || !lines.every((line) => headerLine.test(line))) return undefined;
  const lengths = lines.filter((line) => /^content-length:/i.test(line));
  const codings = lines.filter((line) => /^transfer-encoding:/i.test(line));
  const [length = ""] = lengths;
  const [coding = ""] = codings;
  if (lengths.length !== 1 || !/^[^:]+:[ \t]*\d+[ \t]*$/.test(length)) return undefined;
  if (codings.length !== 1 || !/^[^:]+:[ \t]*chunked[ \t]*$/i.test(coding)) return undefined;
  const head = [first, ...lines.filter((line) => line !== length)].join("\r\n");
  return Buffer.concat([Buffer.from(head, "latin1"), packet.subarray(end)]);
}

/**
 * A connection whose first bytes were rewritten. Only its first request is answered.
 */
export class ReplayedSocket extends Duplex {
  readonly #socket: Socket;
  /** Whether a request has been taken from it. */
  isUsed = false;

  constructor(socket: Socket, first: Buffer) {
    super({ allowHalfOpen: true });
    this.#socket = socket;
    // The first parser must receive no more bytes.
    for (const event of ["data", "end", "drain", "timeout"]) socket.removeAllListeners(event);
    this.push(first);
    socket.on("data", (chunk: Buffer) => {
      if (!this.push(chunk)) socket.pause();
    });
    socket.on("end", () => this.push(null));
    socket.on("timeout", () => this.emit("timeout"));
    socket.on("close", () => this.destroy());
    socket.on("error", () => this.destroy());
  }

  /** The connection whose first bytes were rewritten. */
  get source(): Socket {
    return this.#socket;
  }

  get remoteAddress(): string | undefined {
    return this.#socket.remoteAddress;
  }

  get bytesRead(): number {
    return this.#socket.bytesRead;
  }

  setTimeout(ms: number): this {
    this.#socket.setTimeout(ms);
    return this;
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Buffer, _encoding: string, done: (cause?: Error | null) => void): void {
    this.#socket.write(chunk, done); // calls back after the write: the caller reuses the memory
  }

  override _final(done: () => void): void {
    this.#socket.end(done);
  }

  override _destroy(cause: Error | null, done: (cause: Error | null) => void): void {
    this.#socket.destroy();
    done(cause);
  }
}
