// Sends traces to the URL in `--otlp-url`.
import type { Tracer } from "@opentelemetry/api";
import type { Configuration } from "@ossicle/server";
import { pino } from "pino";

/** A tracer, and the function that closes it. */
export interface Tracing {
  /** Undefined when traces are off. */
  readonly tracer: Tracer | undefined;
  /** Sends the remaining spans. */
  readonly close: () => Promise<void>;
}

/** Starts tracing if `otlpUrl` is set. */
export async function openTracing({
  otlpUrl: url,
  logLevel: level,
}: Pick<Configuration, "otlpUrl" | "logLevel">): Promise<Tracing> {
  if (url === undefined) return { tracer: undefined, close: () => Promise.resolve() };
  const { otlpProvider } = await import("./otlp-tracing.ts");
  const log = pino({ level });
  const provider = otlpProvider(url, (failure) => {
    if (failure === undefined) log.info({ url }, "traces arrive again");
    else log.warn({ url, error: failure.message }, "traces do not arrive");
  });
  return {
    tracer: provider.getTracer("ossicle"),
    // Ignore a collector that cannot be reached: only traces are lost.
    close: () => provider.shutdown().catch(() => undefined),
  };
}
