// SelectObject: checks the query, reads the first block of the object, and answers with the rows.
// An error in the first block is the answer; a later one is in the last frame (SelectObject
// documentation).
import { createGunzip } from "node:zlib";
import { pipeline, Readable } from "node:stream";
import { OssError } from "@ossicle/protocol";
import { asChunks, openSlice } from "../../objects/bytes/read-object.ts";
import { errorText, Frames, type MetaCounts } from "../../select/frames.ts";
import { type ReadPlan, readPlan } from "../../select/read-plan.ts";
import { splitBytes, type RowRange, type SelectPlan } from "../../select/select-plan.ts";
import type { Progress } from "../../select/select-run.ts";
import type { RunningQuery } from "../../select/select-thread.ts";
import type { RequestMessage } from "../../http/message.ts";
import type { BucketContext, Handler } from "../handler.ts";
import {
  findReadable,
  type Readable as ReadableVersion,
  requireRestored,
} from "./readable-version.ts";
import { lastModified, shownVersionId } from "./require-version.ts";

/** Longest time without a frame, in milliseconds (SelectObject documentation). */
const silenceMs = 5_000;

/** Runs a query over an object. */
export const selectObject: Handler<"selectObject"> = async (context, input) => {
  const plan = readPlan(input); // before the object is looked for (tests of the C++ SDK)
  const { services, bucket, message } = context;
  const readable = await findReadable(context, input);
  requireRestored(context, readable);
  const { record } = readable.version;
  const range = await rangeOf(context, readable, plan);
  const source = (await openPlain(context, readable, plan.isGzip))[Symbol.asyncIterator]();
  const wanted = { ...plan, ...(range && { range }) } as SelectPlan;
  const query = await services.select.query(wanted, message.clientIp).catch(async (cause) => {
    await source.return?.();
    throw cause;
  });
  const reading: Reading = { plan, query, source, message };
  const close = async (): Promise<void> => {
    query.end();
    await source.return?.();
  };
  try {
    const first = await readFirst(reading);
    return {
      output: {
        outputRaw: String(plan.isRaw),
        etag: record.etag,
        lastModified: lastModified(record),
        objectCrc64: record.crc64,
        objectType: record.type,
        contentType: "application/octet-stream",
        ...shownVersionId(bucket, record),
      },
      status: 206,
      body: closing(rows(reading, first), close),
    };
  } catch (cause) {
    await close();
    throw cause;
  }
};

/** An object that is read for a query. */
interface Reading {
  readonly plan: ReadPlan;
  readonly query: RunningQuery;
  readonly source: AsyncIterator<Uint8Array>;
  readonly message: Pick<RequestMessage, "isGone">;
  /** What was read ahead, or the end of the source. */
  next?: IteratorResult<Uint8Array> | undefined;
}

/**
 * Bytes that are read at a time, and before the answer begins. Tests of oss2 need the beginning of
 * the answer before an error at byte 915,526.
 */
const blockBytes = 65_536;

/** Opens an object, and decompresses it. Chunks have at most {@link blockBytes}. */
export async function openPlain(
  { services }: BucketContext,
  { version }: ReadableVersion,
  isGzip: boolean,
): Promise<AsyncIterable<Uint8Array>> {
  const slice = { offset: 0, length: version.record.size };
  // A thread gets copies, so the memory of plain bytes can be lent. The stream reads ahead.
  const { memory, ...withoutMemory } = services;
  const reading = isGzip ? withoutMemory : { ...withoutMemory, memory };
  const bytes = asChunks(await openSlice(reading, version, slice));
  if (!isGzip) return inBlocks(bytes);
  const plain = createGunzip({ chunkSize: blockBytes });
  pipeline(Readable.from(bytes), plain, () => undefined); // errors come from `plain` too
  return gunzipped(plain);
}

async function* inBlocks(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += blockBytes) {
      yield chunk.subarray(at, at + blockBytes);
    }
  }
}

async function* gunzipped(plain: AsyncIterable<Buffer>): AsyncGenerator<Uint8Array> {
  try {
    yield* plain;
  } catch (cause) {
    const isOfData =
      cause instanceof Error && "code" in cause && String(cause.code).startsWith("Z_");
    throw isOfData ? new OssError("DecompressFailure", {}, { cause }) : cause;
  }
}

// A range of the last lines needs the number of lines.
async function rangeOf(
  context: BucketContext,
  readable: ReadableVersion,
  { range, form, isGzip }: ReadPlan,
): Promise<RowRange | undefined> {
  if (range === undefined || "from" in range) return range;
  const { rows: lines, bytes } = await countRows(context, readable, { form, isGzip });
  const all = range.unit === "line" ? lines : Math.max(1, Math.ceil(bytes / splitBytes));
  return { unit: range.unit, from: Math.max(0, all - range.last), to: all };
}

/** Counts the rows of an object. Throws as a query does. */
export async function countRows(
  context: BucketContext,
  readable: ReadableVersion,
  { form, isGzip }: Pick<ReadPlan, "form" | "isGzip">,
): Promise<MetaCounts> {
  const { services, message } = context;
  const source = await openPlain(context, readable, isGzip);
  const count = await services.select.count({ form }, message.clientIp).catch(async (cause) => {
    await source[Symbol.asyncIterator]().return?.();
    throw cause;
  });
  try {
    for await (const bytes of source) {
      requireClient(message);
      await count.feed(bytes);
    }
    return await count.finish();
  } finally {
    count.end();
  }
}

// Nothing is read on for a client that has disconnected.
function requireClient({ isGone }: Pick<RequestMessage, "isGone">): void {
  if (isGone?.() === true) throw new OssError("RequestTimeout");
}

// Reads until the answer can begin: one block, or more where the range begins later. The block of a
// short object is the whole object, except for its last row.
async function readFirst(reading: Reading): Promise<Progress> {
  let output = "";
  for (;;) {
    const progress = await readOn(reading);
    if (progress.hasFailed) return readOn(reading); // throws
    output += progress.output;
    const hasEnded = reading.next?.done === true;
    if (progress.isDone || (progress.hasBegun && hasEnded)) return { ...progress, output };
    if (!hasEnded) reading.next = await reading.source.next();
    if (progress.hasBegun && reading.next?.done !== true) return { ...progress, output };
  }
}

async function readOn(reading: Reading): Promise<Progress> {
  requireClient(reading.message);
  const next = reading.next ?? (await reading.source.next());
  reading.next = next.done === true ? next : undefined;
  return next.done === true ? reading.query.finish() : reading.query.feed(next.value);
}

async function* rows(reading: Reading, first: Progress): AsyncGenerator<Uint8Array> {
  const { plan } = reading;
  const frames = new Frames(plan.hasChecksums);
  let progress = first;
  let sentAt = performance.now();
  try {
    for (;;) {
      const { output, offset, isDone, hasFailed } = progress;
      if (output !== "") {
        const bytes = Buffer.from(output);
        yield plan.isRaw ? bytes : frames.data(bytes, offset);
        sentAt = performance.now();
      } else if (!plan.isRaw && performance.now() - sentAt > silenceMs) {
        yield frames.continuous(offset);
        sentAt = performance.now();
      }
      if (isDone && !hasFailed) break;
      progress = await readOn(reading);
    }
    if (!plan.isRaw) yield frames.end({ offset: progress.offset, status: 200, text: "" });
  } catch (cause) {
    // Without frames, only a broken connection tells the client.
    if (plan.isRaw || !(cause instanceof OssError)) throw cause;
    yield frames.end({ offset: progress.offset, status: 400, text: errorText(cause) });
  }
}

// Closes the source also when the answer is never read.
function closing(
  bytes: AsyncGenerator<Uint8Array>,
  close: () => Promise<void>,
): AsyncIterableIterator<Uint8Array> {
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: async () => {
      const next = await bytes.next();
      if (next.done === true) await close();
      return next;
    },
    return: async () => {
      await close();
      return bytes.return(undefined);
    },
  };
}
