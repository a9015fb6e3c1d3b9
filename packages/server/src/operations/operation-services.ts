// The services that handlers and the stages of a request share. They are constructed once and
// passed down.
import type { Accounts } from "../accounts/accounts.ts";
import type { ImageCache } from "../images/image-cache.ts";
import type { ImageProcesses } from "../images/image-processes.ts";
import type { AccessLog } from "../logging/access-log.ts";
import type { Callbacks } from "../callback/callbacks.ts";
import type { Bucket } from "../objects/buckets/bucket.ts";
import type { ObjectRecord } from "../objects/records/records.ts";
import type { BucketStats } from "../objects/buckets/bucket-stats.ts";
import type { QueryLimiter } from "../memory/query-limiter.ts";
import type { SelectThread } from "../select/select-thread.ts";
import type { ByteServices } from "../objects/bytes/byte-services.ts";
import type { ChangingServices } from "../objects/versions/change-key.ts";

/** What processes images. */
export interface Images {
  readonly processes: ImageProcesses;
  readonly cache: ImageCache;
}

/** Where reads are noted, for the last access times of objects. */
export interface AccessNotes {
  readonly note: (bucket: Pick<Bucket, "name" | "gate">, key: string, record: ObjectRecord) => void;
}

/** The services of a server. */
export interface OperationServices extends ByteServices, ChangingServices {
  readonly accounts: Accounts;
  readonly stats: BucketStats;
  readonly callbacks: Callbacks;
  readonly accessLog: AccessLog;
  readonly accessTimes: AccessNotes;
  readonly images: Images;
  /** Runs the queries of SelectObject. */
  readonly select: SelectThread;
  /** The queries over metadata that run. */
  readonly metaQueries: QueryLimiter;
  /** The region's id, for example `cn-hangzhou`. */
  readonly region: string;
  /** How long a restore takes, in milliseconds. */
  readonly restoreDelayMs: number;
}
