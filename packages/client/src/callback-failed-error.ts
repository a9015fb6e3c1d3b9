// The upload is stored, but the application did not confirm it: neither a success nor a failed upload.
import { OssError, type OssErrorOptions, type PutObjectOutput } from "@ossicle/protocol";

/** HTTP 203. Carries what a successful upload would have answered. */
export class CallbackFailedError extends OssError<"CallbackFailed"> implements PutObjectOutput {
  override readonly name: string = "CallbackFailedError";
  /** Always: the object is there. */
  readonly stored = true as const;
  declare readonly etag: string;
  declare readonly hashCrc64: string;
  declare readonly contentMd5: string;
  declare readonly versionId?: string;

  constructor(options: OssErrorOptions, upload: PutObjectOutput) {
    super("CallbackFailed", {}, options);
    Object.assign(this, upload);
  }
}
