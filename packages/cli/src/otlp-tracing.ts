// OpenTelemetry's own SDK, batching spans and sending them by OTLP over HTTP. A file of its own, so
// that only a store that traces loads it.
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { defaultResource, resourceFromAttributes } from "@opentelemetry/resources";
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  type SpanExporter,
} from "@opentelemetry/sdk-trace-base";

/**
 * Longest that spans may take to the collector, in milliseconds: a server that stops waits for
 * them.
 */
const timeoutMillis = 3_000;

/**
 * Told when spans begin not to arrive, with the reason, and when they arrive again, without one.
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

// The SDK reports failures only to a logger of the whole process, and then it reports each.
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
