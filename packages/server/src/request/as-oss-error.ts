// The error that a client gets for a fault: a failing disk or database is 503, which SDKs retry;
// anything else is 500.
import { OssError } from "@ossicle/protocol";
import { isFullDisk, StoreFailedError, StoreUnavailableError } from "@ossicle/store";
import { diskFailed, diskFull, isDiskFailure } from "../objects/bytes/room.ts";

/** Seconds after which a client may try again while the database cannot be reached. */
const unavailableRetryAfter = "1";

/** The catalogue's error for anything that a request threw; the cause goes into the log. */
export function asOssError(cause: unknown): OssError {
  if (cause instanceof OssError) return cause;
  if (cause instanceof StoreFailedError || isDiskFailure(cause)) return diskFailed(cause);
  if (isFullDisk(cause)) return diskFull(cause);
  if (cause instanceof StoreUnavailableError) {
    const headers = { "Retry-After": unavailableRetryAfter };
    return new OssError("ServiceUnavailable", {}, { cause, headers });
  }
  return new OssError("InternalError", {}, { cause });
}
