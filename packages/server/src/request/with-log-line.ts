// Makes an answer write a line of the bucket's access log once it has been sent.
import { OssError } from "@ossicle/protocol";
import type { ResponseMessage } from "../http/message.ts";
import type { ResponseContext } from "../http/respond-error.ts";
import type { FoundVersion } from "../objects/versions/find-version.ts";
import type { OperationServices } from "../operations/operation-services.ts";
import type { Caller } from "./identify.ts";

/** The parts of a request that a line shows. */
export interface LoggedParts {
  readonly caller: Caller;
  readonly found: FoundVersion;
}

/** The answer, with a line to write after it. */
export function withLogLine(
  { accessLog, clock }: Pick<OperationServices, "accessLog" | "clock">,
  { message, startedMs, requestId }: ResponseContext,
  { caller, found, response }: LoggedParts & { readonly response: ResponseMessage },
): ResponseMessage {
  const { bucket, version } = found;
  if (bucket === undefined) return response;
  const { subject, identity } = caller;
  const isWrite = message.method === "PUT" || message.method === "POST";
  const request = {
    message,
    requestId,
    operation: response.facts.operation,
    bucket: bucket.name,
    owner: bucket.record.owner,
    key: subject.key,
    sizeBytes: isWrite ? message.body.lengthBytes : version?.record.size,
    sender: identity,
    receivedMs: startedMs,
    serverMs: clock() - startedMs,
  };
  const { error } = response.facts;
  const errorCode = error instanceof OssError ? error.code : undefined;
  const sentBytes = message.method === "HEAD" ? 0 : lengthOf(response);
  const onSent = (answer: { readonly status: number; readonly tookMs: number }): void =>
    accessLog.note(bucket, request, { ...answer, sentBytes, errorCode });
  return { ...response, facts: { ...response.facts, onSent } };
}

function lengthOf({ headers, body }: ResponseMessage): number | undefined {
  if (body instanceof Uint8Array) return body.length;
  if (body === undefined) return 0;
  const at = headers.indexOf("Content-Length");
  return at < 0 ? undefined : Number(headers[at + 1]);
}
