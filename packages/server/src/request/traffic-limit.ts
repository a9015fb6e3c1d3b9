// `x-oss-traffic-limit`: bytes of one request pass no faster than it asks for, in either direction.
import { OssError, type QueryParameter, queryValue } from "@ossicle/protocol";
import { asChunks, type ObjectBytes, owning } from "../objects/read-object.ts";
import type { RequestMessage, ResponseMessage } from "./message.ts";
import type { Subject } from "./route.ts";

/**
 * Slowest and fastest limit, in bits a second (OSS documentation, single-connection bandwidth
 * throttling).
 */
export const minTrafficLimit = 819_200;
export const maxTrafficLimit = 838_860_800;

/**
 * Slowest limit of a part, in bits a second. OSS documents no limit: slower than any patience with
 * a silent client.
 */
const minPartLimit = 8_192;

/** Bytes that leave at once under a limit. */
const pieceBytes = 16_384;

const partOperations: ReadonlySet<string> = new Set([
  "initiateMultipartUpload",
  "uploadPart",
  "uploadPartCopy",
  "completeMultipartUpload",
]);

/** Finds the limit of a request, in bits a second. Throws InvalidArgument. */
export function trafficLimitOf(
  { headers }: RequestMessage,
  query: readonly QueryParameter[],
  { operation }: Subject,
): number | undefined {
  const name = "x-oss-traffic-limit";
  const inHeader = headers[name];
  const inQuery = queryValue(query, name) || undefined; // an empty value counts as absent
  const text = inHeader ?? inQuery;
  if (text === undefined) return undefined;
  const limit = /^\d{1,12}$/.test(text) ? Number(text) : 0;
  // Parts are accepted below the documented limit too (integration test of ali-oss).
  const least = partOperations.has(operation) ? minPartLimit : minTrafficLimit;
  const twice = inHeader !== undefined && inQuery !== undefined;
  if (!twice && limit >= least && limit <= maxTrafficLimit) return limit;
  throw new OssError(
    "InvalidArgument",
    { ArgumentName: name, ArgumentValue: text },
    {
      message: `${name} is invalid, should be specified between 819200(100KB/s) and 838860800(100MB/s)`,
    },
  );
}

/** How long a limit has delayed a request so far, in milliseconds. */
export interface Slowness {
  delayMs: number;
}

/** A request whose body is taken no faster than a limit; the delay is added up. */
export function slowed(
  message: RequestMessage,
  bitsPerSecond: number,
  slowness: Slowness,
): RequestMessage {
  const { lengthBytes, chunks } = message.body;
  return { ...message, body: { lengthBytes, chunks: paced(chunks, { bitsPerSecond, slowness }) } };
}

/**
 * An answer under a limit. `x-oss-qos-delay-time` says how many milliseconds an upload was delayed,
 * and of a download how many it will be, by estimate (OSS documentation, limits, bandwidth).
 */
export function slowedAnswer(
  response: ResponseMessage,
  bitsPerSecond: number,
  slowness: Slowness,
): ResponseMessage {
  const { body } = response;
  const estimateMs = body === undefined ? 0 : (lengthOf(response) * 8_000) / bitsPerSecond;
  const delayMs = Math.round(slowness.delayMs + estimateMs);
  const headers = [...response.headers, "x-oss-qos-delay-time", String(delayMs)];
  return body === undefined
    ? { ...response, headers }
    : { ...response, headers, body: slowedBytes(body, bitsPerSecond) };
}

function lengthOf({ headers }: ResponseMessage): number {
  const at = headers.findIndex((name, index) => index % 2 === 0 && name === "Content-Length");
  return at < 0 ? 0 : Number(headers[at + 1]);
}

function slowedBytes(bytes: ObjectBytes, bitsPerSecond: number): ObjectBytes {
  const chunks = asChunks(bytes);
  return owning(chunks, paced(chunks, { bitsPerSecond, slowness: { delayMs: 0 } }));
}

async function* paced(
  chunks: AsyncIterable<Uint8Array>,
  { bitsPerSecond, slowness }: { readonly bitsPerSecond: number; readonly slowness: Slowness },
): AsyncGenerator<Uint8Array> {
  const startedMs = performance.now();
  let bytes = 0;
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += pieceBytes) {
      const piece = chunk.subarray(at, at + pieceBytes);
      bytes += piece.length;
      const dueMs = (bytes * 8_000) / bitsPerSecond;
      const waitMs = startedMs + dueMs - performance.now();
      if (waitMs > 1) {
        slowness.delayMs += waitMs;
        await new Promise((resolve) => {
          setTimeout(resolve, waitMs);
        });
      }
      yield piece;
    }
  }
}
