// Sends traces where `--otlp-url` says.
import type { Tracer } from "@opentelemetry/api";
import type { Configuration } from "@ossicle/server";

/** What makes traces. */
export interface Tracing {
  /** Undefined when nobody asks for traces. */
  readonly tracer: Tracer | undefined;
  /** Sends what is left. */
  readonly close: () => Promise<void>;
}

/** Starts tracing, if it is asked for. */
export async function openTracing({
  otlpUrl: url,
}: Pick<Configuration, "otlpUrl">): Promise<Tracing> {
  if (url === undefined) return { tracer: undefined, close: () => Promise.resolve() };
  const { otlpProvider } = await import("./otlp-tracing.ts");
  const provider = otlpProvider(url);
  return {
    tracer: provider.getTracer("ossicle"),
    close: () => provider.shutdown().catch(() => undefined), // nobody listens there: traces are lost, nothing else
  };
}
