// OssError: the one error class of the protocol. The server throws and renders it, the client
// parses it back.
import type { ErrorCode, ErrorDetails } from "./errors.ts";

/** Properties of an error besides its code and details. */
export interface OssErrorOptions {
  /** Replaces the catalogue's message. */
  readonly message?: string | undefined;
  /** Replaces the catalogue's EC. */
  readonly ec?: string | undefined;
  /** HTTP status as received; the catalogue's when absent. */
  readonly status?: number | undefined;
  /** The request that failed. */
  readonly requestId?: string | undefined;
  /** The host that answered. */
  readonly hostId?: string | undefined;
  /** Response headers to send along, in wire spelling. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The underlying error. It is logged, and never sent on the wire. */
  readonly cause?: unknown;
}

type Arguments<Code extends ErrorCode> = keyof ErrorDetails<Code> extends never
  ? [details?: Readonly<Record<string, never>>, options?: OssErrorOptions]
  : [details: ErrorDetails<Code>, options?: OssErrorOptions];

/** An error of the OSS protocol. Code and details are checked together. */
export class OssError<Code extends ErrorCode = ErrorCode> extends Error {
  override readonly name: string = "OssError";
  /**
   * OSS's error code, for example `NoSuchKey`. Real OSS may answer codes that the catalogue lacks.
   */
  declare readonly code: Code;
  /** The elements after HostId in the error document. */
  declare readonly details: Readonly<Record<string, string>>;
  /** HTTP status, where it was received or overridden. */
  declare readonly status: number | undefined;
  declare readonly requestId: string | undefined;
  declare readonly hostId: string | undefined;
  /** OSS's error-cause number, for example `0026-00000001`. */
  declare readonly ec: string | undefined;
  declare readonly headers: Readonly<Record<string, string>>;

  constructor(code: Code, ...[details, options = {}]: Arguments<Code>) {
    const { message = "", cause: _cause, ...rest } = options;
    super(message, options); // `options` carries the cause
    Object.assign(this, { headers: {}, ...rest, code, details: details ?? {} });
  }
}
