// SelectObject and CreateSelectObjectMeta: their answers come in frames, with the outcome in the
// last one.
import {
  createSelectObjectMeta as metaDeclaration,
  type CreateSelectObjectMetaInput,
  encodeDocument,
  type ErrorCode,
  OssError,
  selectFrames,
  selectObject as declaration,
  type SelectObjectInput,
  type SelectObjectOutput,
} from "@ossicle/protocol";
import type { CallOptions, WithRequestId } from "./call-options.ts";
import type { Connection } from "./connection.ts";
import { decodeOutput, send } from "./send.ts";

/** The rows of a query. Read them once: by `rows` or `text`. */
export interface SelectObjectResult extends WithRequestId<SelectObjectOutput> {
  /**
   * Fails with OssError when the query fails after its first rows, with TypeError when the answer
   * ends without its last frame, and with RangeError for a frame that is too long.
   */
  readonly rows: ReadableStream<Uint8Array>;
  readonly text: () => Promise<string>;
}

/** The counts of an object. */
export interface SelectObjectMeta {
  readonly rows: number;
  /** Of the first row of a CSV object. */
  readonly columns?: number;
  readonly splits: number;
  readonly requestId: string | undefined;
}

/** Runs a query over an object. Throws OssError. Checksums of frames are not verified. */
export async function selectObject(
  connection: Connection,
  input: SelectObjectInput,
  options: CallOptions = {},
): Promise<SelectObjectResult> {
  const document = encodeDocument(declaration.input, input, "SelectRequest");
  const sent = await send(connection, declaration, input, { ...options, document, streams: true });
  const output = decodeOutput(declaration, sent.response);
  const body = sent.response.body ?? new Blob([]).stream();
  const isRaw = input.outputSerialization?.outputRawData === true;
  const rows = isRaw ? body : body.pipeThrough(new TransformStream(new RowReader()));
  return { ...output, requestId: sent.requestId, rows, text: () => new Response(rows).text() };
}

/** Counts the rows of an object. Throws OssError, and RangeError for an answer without counts. */
export async function createSelectObjectMeta(
  connection: Connection,
  input: CreateSelectObjectMetaInput,
  options: CallOptions = {},
): Promise<SelectObjectMeta> {
  const root = input.process === "json/meta" ? "JsonMetaRequest" : "CsvMetaRequest";
  const document = encodeDocument(metaDeclaration.input, input, root);
  const { bytes, requestId } = await send(connection, metaDeclaration, input, {
    ...options,
    document,
  });
  const frames = new FrameReader();
  frames.add(bytes);
  for (let frame = frames.next(); frame !== undefined; frame = frames.next()) {
    const { type, payload } = frame;
    if (type !== selectFrames.csvMetaEnd && type !== selectFrames.jsonMetaEnd) continue;
    requireSuccess(payload, type === selectFrames.csvMetaEnd ? 36 : 32);
    const view = viewOf(payload);
    return {
      rows: Number(view.getBigUint64(24)),
      ...(type === selectFrames.csvMetaEnd ? { columns: view.getUint32(32) } : {}),
      splits: view.getUint32(20),
      requestId,
    };
  }
  throw new RangeError("the answer has no counts");
}

interface Frame {
  readonly type: number;
  readonly payload: Uint8Array;
}

const headerBytes = 12;
const checksumBytes = 4;

/** Longest frame, in bytes. Ossicle's have at most 16 MiB, and those of OSS are shorter. */
const maxFrameBytes = 67_108_864;

/** Cuts bytes into frames. */
class FrameReader {
  #chunks: Uint8Array[] = [];
  #length = 0;
  /** Bytes without which nothing more is known. */
  #needed = headerBytes;

  add(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
  }

  /** The next frame; undefined until all of it has arrived. Throws RangeError for a long one. */
  next(): Frame | undefined {
    if (this.#length < this.#needed) return undefined;
    const bytes = this.#join();
    const view = viewOf(bytes);
    const end = headerBytes + view.getUint32(4);
    this.#needed = end + checksumBytes;
    if (this.#needed > maxFrameBytes) throw new RangeError("a frame of the answer is too long");
    if (bytes.length < this.#needed) return undefined;
    const rest = bytes.subarray(this.#needed);
    this.#chunks = [rest];
    this.#length = rest.length;
    this.#needed = headerBytes;
    return { type: view.getUint32(0) & 0xff_ff_ff, payload: bytes.subarray(headerBytes, end) };
  }

  #join(): Uint8Array {
    const [first, ...others] = this.#chunks;
    if (first !== undefined && others.length === 0) return first;
    const joined = new Uint8Array(this.#length);
    let at = 0;
    for (const chunk of this.#chunks) {
      joined.set(chunk, at);
      at += chunk.length;
    }
    this.#chunks = [joined];
    return joined;
  }
}

/** Takes the rows out of frames. */
class RowReader implements Transformer<Uint8Array, Uint8Array> {
  readonly #frames = new FrameReader();
  #hasEnded = false;

  transform(chunk: Uint8Array, controller: TransformStreamDefaultController<Uint8Array>): void {
    this.#frames.add(chunk);
    for (let frame = this.#frames.next(); frame !== undefined; frame = this.#frames.next()) {
      const { type, payload } = frame;
      if (type === selectFrames.data) controller.enqueue(payload.slice(8)); // after the offset
      if (type !== selectFrames.end) continue;
      this.#hasEnded = true;
      requireSuccess(payload, 20);
    }
  }

  flush(): void {
    if (!this.#hasEnded) throw new TypeError("the answer was cut off");
  }
}

// The status follows two offsets, and the text of an error is the last member.
function requireSuccess(payload: Uint8Array, textAt: number): void {
  const status = viewOf(payload).getUint32(16);
  if (status < 300) return;
  const text = new TextDecoder().decode(payload.subarray(textAt));
  const [code = "", ...rest] = text.split(".");
  // A real OSS may answer codes that our catalogue lacks.
  throw new OssError(code as ErrorCode, {} as never, { status, message: rest.join(".") });
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
