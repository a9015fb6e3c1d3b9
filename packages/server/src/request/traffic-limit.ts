// `x-oss-traffic-limit`: limits the rate of one request's bytes, in either direction.
import { setTimeout as pause } from "node:timers/promises";
import { type Operation, OssError, type QueryParameter, queryValue } from "@ossicle/protocol";
import { asChunks, type ObjectBytes } from "../objects/bytes/read-object.ts";
import type { RequestMessage, ResponseMessage } from "../http/message.ts";

/**
 * Slowest and fastest limit, in bits a second (OSS documentation, single-connection bandwidth
 * throttling).
 */
export const minTrafficLimit = 819_200;
export const maxTrafficLimit = 838_860_800;

/**
 * Slowest limit of a part, in bits a second. OSS documents no limit. Ours is 1 KiB a second, the
 * slowest rate that the server accepts from a client (`minRate`).
 */
const minPartLimit = 8_192;

/** Most bytes that pass at a time under a limit. */
const pieceBytes = 16_384;

/** Finds the limit of a request, in bits a second. Throws InvalidArgument. */
export function trafficLimitOf(
  { headers }: RequestMessage,
  query: readonly QueryParameter[],
  { lowTrafficLimit }: Pick<Operation<object, object>, "lowTrafficLimit">,
): number | undefined {
  const name = "x-oss-traffic-limit";
  const inHeader = headers[name];
  const inQuery = queryValue(query, name) || undefined; // an empty value counts as absent
  const text = inHeader ?? inQuery;
  if (text === undefined) return undefined;
  const limit = /^\d{1,12}$/.test(text) ? Number(text) : 0;
  const least = lowTrafficLimit === true ? minPartLimit : minTrafficLimit;
  const twice = inHeader !== undefined && inQuery !== undefined;
  if (!twice && limit >= least && limit <= maxTrafficLimit) return limit;
  throw new OssError(
    "InvalidArgument",
    { ArgumentName: name, ArgumentValue: text },
    {
      message:
        `${name} is invalid, ` +
        "should be specified between 819200(100KB/s) and 838860800(100MB/s)",
    },
  );
}

/** How long a limit has delayed a request so far, in milliseconds. */
export interface Slowness {
  delayMs: number;
}

/** A request whose body is read no faster than a limit; `slowness` adds up the delay. */
export function slowed(
  message: RequestMessage,
  bitsPerSecond: number,
  slowness: Slowness,
): RequestMessage {
  const { lengthBytes, chunks } = message.body;
  return { ...message, body: { lengthBytes, chunks: paced(chunks, { bitsPerSecond, slowness }) } };
}

/**
 * An answer under a limit. `x-oss-qos-delay-time` is the delay of an upload in milliseconds, or the
 * estimated delay of a download (OSS documentation, limits, bandwidth).
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
  return paced(asChunks(bytes), { bitsPerSecond, slowness: { delayMs: 0 } });
}

// Not a generator, because its variables would keep a chunk in memory while a client stalls.
function paced(
  chunks: AsyncIterable<Uint8Array>,
  { bitsPerSecond, slowness }: { readonly bitsPerSecond: number; readonly slowness: Slowness },
): AsyncIterableIterator<Uint8Array> {
  const source = chunks[Symbol.asyncIterator]();
  let startedMs: number | undefined;
  let passed = 0;
  let rest: Uint8Array | undefined;
  const next = async (): Promise<IteratorResult<Uint8Array>> => {
    startedMs ??= performance.now();
    if (rest === undefined) {
      const result = await source.next();
      if (result.done === true) return result;
      rest = result.value;
    }
    const piece = rest.subarray(0, pieceBytes);
    rest = rest.length > pieceBytes ? rest.subarray(pieceBytes) : undefined;
    passed += piece.length;
    const dueMs = (passed * 8_000) / bitsPerSecond;
    const waitMs = startedMs + dueMs - performance.now();
    if (waitMs > 1) {
      slowness.delayMs += waitMs;
      await pause(waitMs);
    }
    return { done: false, value: piece };
  };
  const end = async (): Promise<IteratorResult<Uint8Array>> => {
    await source.return?.();
    return { done: true, value: undefined };
  };
  const iterator = { next, return: end, [Symbol.asyncIterator]: () => iterator };
  return iterator;
}
