// OpenTelemetry spans: one for every request, and one for every attempt of a callback, which sends
// its own `traceparent` to the application (W3C Trace Context). Without a tracer there are no
// spans, and no `traceparent` is sent.
import {
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Tracer,
} from "@opentelemetry/api";
import { withoutQuotations } from "./verdict.ts";
import type { RequestMessage, ResponseMessage } from "../../http/message.ts";
import type { AttemptRecord } from "../../objects/records/delivery-record.ts";

type Handle = (message: RequestMessage) => Promise<ResponseMessage>;

/** Puts a span around a pipeline. It ends with the answer's headers; the body may take longer. */
export function tracedHandle(tracer: Tracer | undefined, handle: Handle): Handle {
  if (tracer === undefined) return handle;
  return async (message) => {
    const options = {
      kind: SpanKind.SERVER,
      attributes: {
        "http.request.method": message.method,
        "client.address": message.clientIp,
      },
    };
    const parent = contextOf(message.headers["traceparent"]);
    const span = tracer.startSpan("Unknown", options, parent);
    const answer = await handle({ ...message, traceparent: traceparentOf(span) });
    const { operation, requestId, error } = answer.facts;
    span.updateName(operation);
    span.setAttributes({ "http.response.status_code": answer.status, "oss.request_id": requestId });
    if (answer.status >= 500)
      span.setStatus({ code: SpanStatusCode.ERROR, message: String(error) });
    span.end();
    return answer;
  };
}

/** A callback that is about to be sent. */
export interface TracedCallback {
  /** The `traceparent` of the upload's span, which another process may have handled. */
  readonly parent: string | undefined;
  readonly id: string;
  /** Without its query, which may be for the application only. */
  readonly url: string;
}

/** The span of an attempt. */
export interface AttemptSpan {
  /** The `traceparent` that is sent to the application. */
  readonly traceparent: string;
  readonly end: (record: AttemptRecord) => void;
}

/** Begins the span of an attempt to call an application. */
export function startAttempt(tracer: Tracer, { parent, id, url }: TracedCallback): AttemptSpan {
  const attributes = { "http.request.method": "POST", "url.full": url, "oss.request_id": id };
  const options = { kind: SpanKind.CLIENT, attributes };
  const span = tracer.startSpan("callback", options, contextOf(parent));
  return {
    traceparent: traceparentOf(span),
    end: ({ status, error, reason, stages = {}, atMs }) => {
      if (status !== undefined) span.setAttribute("http.response.status_code", status);
      for (const [stage, ms] of Object.entries(stages) as [string, number][]) {
        span.addEvent(stage.replace(/Ms$/, ""), atMs + ms);
      }
      if (error !== undefined)
        span.setStatus({ code: SpanStatusCode.ERROR, message: withoutQuotations(reason ?? error) });
      span.end();
    },
  };
}

function contextOf(traceparent: string | undefined): Context {
  const [, traceId, spanId, flags] =
    /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})/.exec(traceparent ?? "") ?? [];
  if (traceId === undefined || spanId === undefined) return ROOT_CONTEXT;
  const traceFlags = Number.parseInt(flags ?? "00", 16) & TraceFlags.SAMPLED;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
}

function traceparentOf(span: Span): string {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, "0")}`;
}
