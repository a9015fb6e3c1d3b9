// What the parts of a server share. Constructed in main.ts and passed down; nothing here is global.
import type { BlobStore, MetadataStore } from "@ossicle/store";
import type { Logger } from "pino";
import type { Accounts } from "./accounts/accounts.ts";
import type { Callbacks } from "./callback/callbacks.ts";
import type { Memory } from "./memory.ts";
import type { BucketHints } from "./objects/bucket-hints.ts";
import type { BucketStats } from "./objects/bucket-stats.ts";
import type { Hashing } from "./objects/hashing.ts";
import type { KeyQueue } from "./objects/key-queue.ts";
import type { Room } from "./objects/room.ts";

/** Wall-clock milliseconds since 1970. */
export type Clock = () => number;

/** The services of a server. */
export interface Services {
  readonly metadata: MetadataStore;
  readonly blobs: BlobStore;
  readonly clock: Clock;
  readonly log: Logger;
  readonly accounts: Accounts;
  readonly hashing: Hashing;
  readonly hints: BucketHints;
  readonly stats: BucketStats;
  readonly queue: KeyQueue;
  readonly room: Room;
  readonly memory: Memory;
  readonly callbacks: Callbacks;
  /** The region's id, for example `cn-hangzhou`. */
  readonly region: string;
  /** How long a restore takes, in milliseconds. */
  readonly restoreDelayMs: number;
  /** Bodies up to this size travel inside the metadata commit, in bytes. */
  readonly inlineLimitBytes: number;
}
