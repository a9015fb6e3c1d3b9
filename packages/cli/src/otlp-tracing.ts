// Sends spans in batches by OTLP over HTTP, with OpenTelemetry's SDK. It is a separate file, so
// that only a store that traces loads the SDK.
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { defaultResource, resourceFromAttributes } from "@opentelemetry/resources";
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  type SpanExporter,
} from "@opentelemetry/sdk-trace-base";

/**
 * Timeout for sending spans to the collector, in milliseconds. A server that stops waits for the
 * last spans.
 */
const timeoutMillis = 3_000;

/**
 * Called with the error when exports begin to fail, and without one when they succeed again.
 */
export type OnArrival = (failure: Error | undefined) => void;

/** Makes a provider of tracers that sends to a collector's URL. */
export function otlpProvider(url: string, onArrival: OnArrival): BasicTracerProvider {
  const exporter = watched(new OTLPTraceExporter({ url, timeoutMillis }), onArrival);
  return new BasicTracerProvider({
    resource: defaultResource().merge(resourceFromAttributes({ "service.name": "ossicle" })),
    spanProcessors: [new BatchSpanProcessor(exporter)],
  });
}

// Reports changes only. The SDK itself reports every failure, and only to a process-wide logger.
function watched(exporter: SpanExporter, onArrival: OnArrival): SpanExporter {
  let fails = false;
  return {
    export: (spans, done) => {
      exporter.export(spans, (result) => {
        const { error } = result;
        if (fails !== (error !== undefined)) onArrival(error);
        fails = error !== undefined;
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
  };
}
