// Errors of requests that never reach the pipeline: requests that Node's parser rejects, and
// malformed heads that it lets pass.
import type { IncomingMessage } from "node:http";
import { OssError } from "@ossicle/protocol";

/**
 * Most header lines of a request. OSS documents no limit. Ours is below Node's bound of 2,000,
 * beyond which Node silently drops lines.
 */
export const maxHeaderLines = 1_000;

/** An error of Node's parser, with what it read. */
export interface ParserError extends NodeJS.ErrnoException {
  readonly reason?: string;
  readonly rawPacket?: Buffer;
  /** Bytes of the packet that the parser read. */
  readonly bytesParsed?: number;
}

/** The error for a request that Node's parser rejected. */
export function errorOf({ code }: ParserError): OssError {
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") return new OssError("RequestTimeout");
  if (code === "HPE_INVALID_EOF_STATE") return new OssError("IncompleteBody");
  const message =
    code === "HPE_HEADER_OVERFLOW"
      ? "The request headers are too long."
      : "The request is malformed.";
  return new OssError("InvalidRequest", {}, { message });
}

/** What is wrong with a head that Node's parser lets pass. */
export function malformedHead(request: IncomingMessage): OssError | undefined {
  const { headers, rawHeaders, httpVersion } = request;
  const refuse = (message: string): OssError => new OssError("InvalidRequest", {}, { message });
  if (rawHeaders.length > 2 * maxHeaderLines) {
    return refuse(`A request may have at most ${maxHeaderLines} header lines.`);
  }
  if (headers.host === undefined && httpVersion === "1.1") {
    return refuse("The request has no Host header.");
  }
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? "";
    if (name.length === 4 && name.toLowerCase() === "host") hosts += 1;
  }
  if (hosts > 1) return refuse("The request has more than one Host header.");
  const coding = headers["transfer-encoding"];
  // RFC 9112, 6.1: a server answers 501 to a transfer coding that it does not understand.
  if (coding === undefined || coding.toLowerCase() === "chunked") return undefined;
  return new OssError("NotImplemented", { Header: "Transfer-Encoding" });
}
