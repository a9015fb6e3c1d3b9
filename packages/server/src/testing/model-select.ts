// Requests of SelectObject in tests, and the frames of their answers.
import { crc32 } from "node:zlib";
import type { Headers, ModelBucket } from "./model-bucket.ts";
import type { ModelAnswer } from "./model-pipeline.ts";

/** A frame of an answer. */
export interface Frame {
  readonly type: number;
  readonly payload: Buffer;
  /** Whether the checksum is that of the payload; undefined where it is 0. */
  readonly isIntact: boolean | undefined;
}

/** Cuts an answer into frames. */
export function framesOf(bytes: Uint8Array): readonly Frame[] {
  const all = Buffer.from(bytes);
  const frames: Frame[] = [];
  for (let at = 0; at < all.length;) {
    const length = all.readUInt32BE(at + 4);
    const payload = all.subarray(at + 12, at + 12 + length);
    const checksum = all.readUInt32BE(at + 12 + length);
    const isIntact = checksum === 0 ? undefined : checksum === crc32(payload);
    frames.push({ type: all.readUInt32BE(at) & 0xff_ff_ff, payload, isIntact });
    at += 16 + length;
  }
  return frames;
}

/** The rows of an answer, and the text of its last frame. */
export function selected({ bytes }: Pick<ModelAnswer, "bytes">): {
  readonly rows: string;
  readonly status: number;
  readonly error: string;
} {
  const frames = framesOf(bytes);
  const rows = frames.filter(({ type }) => type === 0x80_00_01);
  const end = frames.at(-1)?.payload ?? Buffer.alloc(20);
  return {
    rows: rows.map(({ payload }) => payload.subarray(8).toString()).join(""),
    status: end.readUInt32BE(16),
    error: end.subarray(20).toString(),
  };
}

const encoded = (text: string): string => Buffer.from(text).toString("base64");

/** An element whose text travels as Base64. */
export const encodedElement = (name: string, text: string): string =>
  `<${name}>${encoded(text)}</${name}>`;

/** Parts of a request, as XML. */
export interface SelectParts {
  readonly process?: string;
  /** Content of `CSV` or `JSON` of the input. */
  readonly input?: string;
  readonly compression?: string;
  /** Content of `OutputSerialization`. */
  readonly output?: string;
  readonly options?: string;
  readonly headers?: Headers;
}

/** Sends a query. */
export function select(
  { post }: Pick<ModelBucket, "post">,
  expression: string,
  parts: SelectParts = {},
): Promise<ModelAnswer> {
  const { process = "csv/select", input = "", compression = "None", output = "" } = parts;
  const form = process.startsWith("csv") ? "CSV" : "JSON";
  const document =
    `<SelectRequest>${encodedElement("Expression", expression)}<InputSerialization>` +
    `<CompressionType>${compression}</CompressionType><${form}>${input}</${form}>` +
    `</InputSerialization><OutputSerialization>${output}</OutputSerialization>` +
    `<Options>${parts.options ?? ""}</Options></SelectRequest>`;
  const path = `/k?x-oss-process=${encodeURIComponent(process)}`;
  return post(path, document, parts.headers);
}
