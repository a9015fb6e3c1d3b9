// Stage 9: the answer to a request that succeeded. Header names go out in OSS's own spelling.
import { encodeDocument, encodeFields, type Operation, wholeBodyOf } from "@ossicle/protocol";
import { commonHeaders, type ResponseContext } from "../http/respond-error.ts";
import type { Result } from "../operations/handler.ts";
import type { CallbackAnswer } from "./deliver.ts";
import type { ResponseMessage } from "../http/message.ts";

/** A request that succeeded. */
export interface Success {
  readonly operation: Operation<object, object>;
  readonly result: Result<object>;
  readonly answer: CallbackAnswer | undefined;
  /** What tells a sender that it pays: alternating names and values. */
  readonly charge: readonly string[];
}

/** Answers a request that succeeded. */
export function respond(context: ResponseContext, success: Success): ResponseMessage {
  const { operation, result, answer } = success;
  const root = result.silent === true ? undefined : operation.outputRoot;
  if (result.location !== undefined) return redirect(context, { operation, result });
  const encoded = encodeFields(operation.output, result.output);
  const headers = [...commonHeaders(context), ...success.charge];
  for (const [name, value] of encoded.headers) headers.push(name, value);
  const facts = { requestId: context.requestId, operation: operation.name };
  const status = result.status ?? operation.status ?? 200;
  if (answer !== undefined) {
    headers.push("Content-Type", answer.contentType, "Content-Length", String(answer.body.length));
    return { status, headers, body: answer.body, facts };
  }
  if (result.body !== undefined) return { status, headers, body: result.body, facts };
  if (root !== undefined) {
    const body = Buffer.from(encodeDocument(operation.output, result.output, root));
    headers.push("Content-Type", "application/xml", "Content-Length", String(body.length));
    return { status, headers, body, facts };
  }
  const whole = wholeBodyOf(operation.output);
  if (whole !== undefined) {
    // The declaration gives this place to texts only.
    const output = result.output as Readonly<Record<string, string>>;
    const body = Buffer.from(output[whole] ?? "");
    headers.push("Content-Type", "application/json", "Content-Length", String(body.length));
    return { status, headers, body, facts };
  }
  if (operation.method !== "HEAD") {
    if (status !== 204) headers.push("Content-Length", "0");
    return { status, headers, facts };
  }
  // A GET that is answered like a HEAD: Content-Length is the object's, but no body follows, so the
  // connection must close.
  const isGet = context.message.method === "GET";
  return { status, headers, facts, ...(isGet ? { mustClose: true } : {}) };
}

function redirect(
  context: ResponseContext,
  { operation, result }: Pick<Success, "operation" | "result">,
): ResponseMessage {
  const { location = "", status = 302 } = result;
  const headers = [...commonHeaders(context), "Location", location, "Content-Length", "0"];
  return { status, headers, facts: { requestId: context.requestId, operation: operation.name } };
}
