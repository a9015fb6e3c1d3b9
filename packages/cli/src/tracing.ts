// Sends traces where `--otlp-url` says.
import type { Tracer } from "@opentelemetry/api";
import type { Configuration } from "@ossicle/server";
import { pino } from "pino";

/** What makes traces. */
export interface Tracing {
  /** Undefined when traces are off. */
  readonly tracer: Tracer | undefined;
  /** Sends what is left. */
  readonly close: () => Promise<void>;
}

/** Starts tracing, if it is asked for. */
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
    // No collector listens: only traces are lost.
    close: () => provider.shutdown().catch(() => undefined),
  };
}
