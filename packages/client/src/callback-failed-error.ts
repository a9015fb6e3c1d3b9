// The upload is stored, but the application did not confirm it: neither a success nor a failed
// upload.
import { OssError, type OssErrorOptions } from "@ossicle/protocol";

/** What every upload answers. */
export interface StoredUpload {
  readonly etag: string;
  readonly hashCrc64: string;
  readonly versionId?: string;
}

/** HTTP 203. Carries what a successful upload would have answered. */
export class CallbackFailedError extends OssError<"CallbackFailed"> implements StoredUpload {
  override readonly name: string = "CallbackFailedError";
  /**
   * Always: the object is durable. In a bucket whose delivery policy hides what is not confirmed,
   * it still waits unseen, as the message says.
   */
  readonly stored = true as const;
  declare readonly etag: string;
  declare readonly hashCrc64: string;
  /** Absent for an upload in parts. */
  declare readonly contentMd5?: string;
  declare readonly versionId?: string;

  /** @param options The error that the answer describes, or the facts of one. */
  constructor(options: OssErrorOptions, upload: StoredUpload) {
    super("CallbackFailed", {}, options);
    Object.assign(this, upload);
  }
}
