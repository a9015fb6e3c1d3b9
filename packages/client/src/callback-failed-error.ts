// The error of an upload that is stored, but that the application did not confirm.
import { OssError, type OssErrorOptions } from "@ossicle/protocol";

/** The members that the result of every upload has. */
export interface StoredUpload {
  readonly etag: string;
  readonly hashCrc64: string;
  readonly versionId?: string;
}

/**
 * HTTP 203: the object is stored, but its callback failed. Has the members of a successful upload's
 * result.
 */
export class CallbackFailedError extends OssError<"CallbackFailed"> implements StoredUpload {
  override readonly name: string = "CallbackFailedError";
  /**
   * Always true: the object is durable. Under the delivery policy `hide` it is a hidden version
   * until the callback is confirmed, and the message says so.
   */
  readonly stored = true as const;
  declare readonly etag: string;
  declare readonly hashCrc64: string;
  /** Absent for an upload in parts, and in errors of `readUploadAnswer`. */
  declare readonly contentMd5?: string;
  declare readonly versionId?: string;

  /** @param options The error that the answer describes, or its message, EC, status and ids. */
  constructor(options: OssErrorOptions, upload: StoredUpload) {
    super("CallbackFailed", {}, options);
    Object.assign(this, upload);
  }
}
