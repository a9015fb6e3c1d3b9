// A thread that runs queries. It works on one piece of an object at a time, so queries take turns.
import { parentPort } from "node:worker_threads";
import { OssError } from "@ossicle/protocol";
import { MetaRun } from "./meta-run.ts";
import { type Progress, SelectRun } from "./select-run.ts";
import type { SelectAnswer, SelectRequest } from "./select-thread.ts";

const runs = new Map<number, SelectRun | MetaRun>();

async function serve(request: SelectRequest): Promise<void> {
  const { kind, stream } = request;
  if (kind === "end") {
    runs.get(stream)?.close();
    runs.delete(stream);
    return;
  }
  try {
    parentPort?.postMessage({ stream, ...(await act(request)) } satisfies SelectAnswer);
  } catch (cause) {
    const error =
      cause instanceof OssError
        ? {
            code: cause.code,
            message: cause.message,
            ec: cause.ec,
            status: cause.status,
            details: cause.details,
          }
        : { message: String(cause instanceof Error ? cause.stack : cause) };
    parentPort?.postMessage({ stream, error } satisfies SelectAnswer);
  }
}

async function act(
  request: Exclude<SelectRequest, { readonly kind: "end" }>,
): Promise<Omit<SelectAnswer, "stream">> {
  const { stream } = request;
  if (request.kind === "begin") {
    const { plan } = request;
    runs.set(stream, "query" in plan ? new SelectRun(plan) : new MetaRun(plan));
    return {};
  }
  const run = runs.get(stream);
  if (run === undefined) throw new Error("a stream has no query");
  if (run instanceof SelectRun) {
    const progress = request.kind === "feed" ? feed(run, request.bytes) : run.finish();
    return { progress: await progress };
  }
  if (request.kind === "feed") {
    await run.feed(request.bytes);
    return {};
  }
  return { counts: await run.finish() };
}

/** Bytes of a turn. A statement can take a millisecond for each row. */
const turnBytes = 8_192;

// Other queries take their turns between the parts of a block.
async function feed(run: SelectRun, bytes: Uint8Array): Promise<Progress> {
  let progress = await run.feed(bytes.subarray(0, turnBytes));
  for (let at = turnBytes; at < bytes.length; at += turnBytes) {
    if (progress.isDone || progress.hasFailed) break;
    await new Promise((resolve) => setImmediate(resolve));
    const { output } = progress;
    try {
      const next = await run.feed(bytes.subarray(at, at + turnBytes), output.length);
      progress = { ...next, output: output + next.output };
    } catch (cause) {
      // The next call throws it again, once these rows have been sent.
      if (output === "") throw cause;
      progress = { ...progress, hasFailed: true };
    }
  }
  return progress;
}

parentPort?.on("message", (request: SelectRequest) => void serve(request));
