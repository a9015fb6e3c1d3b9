// The services of all code that reads or writes records.
import type { BlobStore, MetadataStore } from "@ossicle/store";
import type { Logger } from "pino";
import type { Clock } from "../../time/clock.ts";

/** The two ports, the clock and the log. */
export interface StorageServices {
  readonly metadata: MetadataStore;
  readonly blobs: BlobStore;
  readonly clock: Clock;
  readonly log: Logger;
}
