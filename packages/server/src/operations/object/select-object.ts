// SelectObject: checks the query, reads the first block of the object, and answers with the rows.
// An error in the first block is the answer; a later one is in the last frame (SelectObject
// documentation).
import { OssError } from "@ossicle/protocol";
import { errorText, Frames } from "../../select/frames.ts";
import { type ReadPlan, readPlan } from "../../select/read-plan.ts";
import { splitBytes, type RowRange, type SelectPlan } from "../../select/select-plan.ts";
import type { Progress } from "../../select/select-run.ts";
import type { RunningQuery } from "../../select/select-thread.ts";
import type { RequestMessage } from "../../http/message.ts";
import type { BucketContext, Handler } from "../handler.ts";
import { countRows, requireClient } from "./count-rows.ts";
import { openPlain } from "./open-plain.ts";
import { findReadable, type Readable } from "./readable-version.ts";
import { requireReadableBytes } from "./readable-bytes.ts";
import { lastModified, shownVersionId } from "./require-version.ts";

/**
 * The time without rows after which the next block is followed by a continuous frame, in
 * milliseconds (SelectObject documentation). No frame comes before the first block of the range.
 */
const silenceMs = 5_000;

/** Runs a query over an object. */
export const selectObject: Handler<"selectObject"> = async (context, input) => {
  const plan = readPlan(input); // before the object is looked for (tests of the C++ SDK)
  const { services, bucket, message } = context;
  const readable = await findReadable(context, input);
  requireReadableBytes(context, readable);
  const { record } = readable.version;
  const range = await rangeOf(context, readable, plan);
  const source = (await openPlain(context, readable, plan.isGzip))[Symbol.asyncIterator]();
  const { range: _asked, ...rest } = plan;
  const wanted: SelectPlan = range === undefined ? rest : { ...rest, range };
  const query = await services.select.query(wanted, message.clientIp).catch(async (cause) => {
    await source.return?.();
    throw cause;
  });
  const reading = new Reading({ plan, query, source, message });
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
class Reading {
  readonly plan: ReadPlan;
  readonly #query: RunningQuery;
  readonly #source: AsyncIterator<Uint8Array>;
  readonly #message: Pick<RequestMessage, "isGone">;
  /** What was read ahead, or the end of the source. */
  #next: IteratorResult<Uint8Array> | undefined;
  #isFinished = false;

  constructor({ plan, query, source, message }: ReadingParts) {
    this.plan = plan;
    this.#query = query;
    this.#source = source;
    this.#message = message;
  }

  /** Whether the end of the object has been given to the query. */
  get hasEnded(): boolean {
    return this.#isFinished;
  }

  /** Reads a block ahead, and returns whether the object has ended. */
  async lookAhead(): Promise<boolean> {
    this.#next ??= await this.#source.next();
    return this.#next.done === true;
  }

  /** Gives the query the next block, or tells it that the object has ended. */
  async readOn(): Promise<Progress> {
    requireClient(this.#message);
    const next = this.#next ?? (await this.#source.next());
    this.#isFinished = next.done === true;
    this.#next = next.done === true ? next : undefined;
    return next.done === true ? this.#query.finish() : this.#query.feed(next.value);
  }
}

interface ReadingParts {
  readonly plan: ReadPlan;
  readonly query: RunningQuery;
  readonly source: AsyncIterator<Uint8Array>;
  readonly message: Pick<RequestMessage, "isGone">;
}

// A range of the last lines needs the number of lines.
async function rangeOf(
  context: BucketContext,
  readable: Readable,
  { range, form, isGzip }: ReadPlan,
): Promise<RowRange | undefined> {
  if (range === undefined || "from" in range) return range;
  const { rows: lines, bytes } = await countRows(context, readable, { form, isGzip });
  const all = range.unit === "line" ? lines : Math.max(1, Math.ceil(bytes / splitBytes));
  return { unit: range.unit, from: Math.max(0, all - range.last), to: all };
}

// Reads until the answer can begin: one block, or more where the range begins later. The block of a
// short object is the whole object, except for its last row.
async function readFirst(reading: Reading): Promise<Progress> {
  let output = "";
  for (;;) {
    const progress = await reading.readOn();
    if (progress.hasFailed) return reading.readOn(); // throws
    output += progress.output;
    if (progress.isDone) return { ...progress, output };
    if (progress.hasBegun && reading.hasEnded) return { ...progress, output };
    const isLast = reading.hasEnded || (await reading.lookAhead());
    if (progress.hasBegun && !isLast) return { ...progress, output };
  }
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
      progress = await reading.readOn();
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
