// OpenTelemetry's own SDK, batching spans and sending them by OTLP over HTTP. A file of its own, so that only who traces loads it.
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { defaultResource, resourceFromAttributes } from "@opentelemetry/resources";
import { BasicTracerProvider, BatchSpanProcessor } from "@opentelemetry/sdk-trace-base";

/** Longest that spans may take to the collector, in milliseconds: a server that stops waits for them. */
const timeoutMillis = 3_000;

/** Makes a provider of tracers that sends to a collector's URL. */
export function otlpProvider(url: string): BasicTracerProvider {
  return new BasicTracerProvider({
    resource: defaultResource().merge(resourceFromAttributes({ "service.name": "ossicle" })),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url, timeoutMillis }))],
  });
}
