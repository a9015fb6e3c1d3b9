// What tests and embedders may replace in a server.
import type { Tracer } from "@opentelemetry/api";
import type { LmdbOptions, StoreFailedError } from "@ossicle/store";
import type { Logger } from "pino";
import type { Transport } from "./callback/sending/transport.ts";
import type { SweepAges } from "./maintenance/sweeper/sweeper.ts";
import type { Clock } from "./time/clock.ts";

/** The replacements; each has an ordinary default. */
export interface ServerOverrides {
  readonly clock?: Clock;
  readonly log?: Logger;
  readonly sweepAges?: SweepAges;
  readonly inlineLimitBytes?: number;
  /** Sizes of the database's log. */
  readonly databaseLog?: Pick<LmdbOptions, "segmentBytes" | "checkpointBytes">;
  /** Bytes of a blob after which they are synced while more arrive. Default 512 MiB. */
  readonly syncEveryBytes?: number;
  /** Wraps the transport between the callback engine and the network. */
  readonly wrapTransport?: (transport: Transport) => Transport;
  /** Makes spans of requests and callbacks (OpenTelemetry); without one nothing is traced. */
  readonly tracer?: Tracer;
  /**
   * Whether the background work of the folder runs here; one process of several is enough. Default
   * true.
   */
  readonly background?: boolean;
  /**
   * Whether the process that forked this one holds the lock of the data folder. Default false: this
   * server takes it.
   */
  readonly isOneOfSeveral?: boolean;
  /**
   * Called once when the database has failed. Every request gets 503 from then on, so the process
   * should end and be replaced.
   */
  readonly onFailure?: (failure: StoreFailedError) => void;
}
