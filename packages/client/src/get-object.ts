// GetObject: the object's headers, and its body as a stream or all at once.
import {
  getObject as declaration,
  type GetObjectInput,
  type GetObjectOutput,
} from "@ossicle/protocol";
import { requireRange } from "./check-options.ts";
import type { CallOptions, WithRequestId } from "./call-options.ts";
import type { Connection } from "./connection.ts";
import { decodeOutput, longestTimerMs, send } from "./send.ts";

/** The result of a download. Read the body once: by `body`, `bytes` or `text`. */
export interface GetObjectResult extends WithRequestId<GetObjectOutput> {
  /** Has no timeout of its own: cancel it, or pass a `signal`. */
  readonly body: ReadableStream<Uint8Array>;
  /**
   * `bytes` and `text` reject with a TimeoutError when no byte arrives for the connection's
   * `timeoutMs`.
   */
  readonly bytes: () => Promise<Uint8Array<ArrayBuffer>>;
  readonly text: () => Promise<string>;
}

/**
 * Reads an object, or a range of it. Throws TypeError for a `range` of another form: OSS would
 * ignore it and return the whole object.
 */
export async function getObject(
  connection: Connection,
  input: GetObjectInput,
  options: CallOptions = {},
): Promise<GetObjectResult> {
  requireRange(input);
  // Compressed answers have no entity tag. Browsers do not let programs choose.
  const asked = { acceptEncoding: "identity", ...input };
  const { response, requestId } = await send(connection, declaration, asked, {
    ...options,
    streams: true,
  });
  const output = decodeOutput(declaration, response);
  return {
    ...output,
    requestId,
    body: response.body ?? new Blob([]).stream(),
    bytes: () => gather(response, connection.timeoutMs),
    text: async () => new TextDecoder().decode(await gather(response, connection.timeoutMs)),
  };
}

// The wait for the next byte of a body is bounded like the wait for the head of the answer.
async function gather(response: Response, timeoutMs: number): Promise<Uint8Array<ArrayBuffer>> {
  if (response.bodyUsed) throw new TypeError("the body has been read already");
  const limit = new AbortController();
  const wait = (): ReturnType<typeof setTimeout> =>
    setTimeout(
      () => limit.abort(new DOMException("no bytes in time", "TimeoutError")),
      Math.min(timeoutMs, longestTimerMs),
    );
  let timer = wait();
  const watched = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform: (chunk, controller) => {
      clearTimeout(timer);
      timer = wait();
      controller.enqueue(chunk);
    },
  });
  try {
    const body = response.body?.pipeThrough(watched, { signal: limit.signal }) ?? null;
    return new Uint8Array(await new Response(body).arrayBuffer());
  } finally {
    clearTimeout(timer);
  }
}
