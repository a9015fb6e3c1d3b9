// Reads an error answer back into an OssError. The document is flat, so a regular expression reads
// it, also when it is not well-formed. Half of the SDKs do the same. Small clients thus need no XML
// reader.
import type { ErrorCode } from "./errors.ts";
import { OssError } from "./oss-error.ts";

/** The facts of an error answer that are not in its document. */
export interface ErrorAnswer {
  readonly status: number;
  readonly requestId: string | undefined;
  readonly ec: string | undefined;
}

/**
 * Makes the error that an answer describes. If the body is not an error document, the code is
 * `HttpStatus` and the status.
 */
export function errorOf(body: string, answer: ErrorAnswer): OssError {
  const details: Record<string, string> = {};
  for (const [, name = "", text = ""] of body.matchAll(/<(\w+)>([^<]*)<\/\1>/g)) {
    details[name] ??= unescapeText(text);
  }
  const { Code, Message, RequestId, HostId, EC, RecommendDoc: _link, ...rest } = details;
  return new OssError(
    // A real OSS may answer codes that our catalogue lacks; the class carries them all the same.
    (Code ?? `HttpStatus${answer.status}`) as ErrorCode,
    rest as never, // read from the network, so the compiler cannot check them
    {
      status: answer.status,
      message: Message ?? `HTTP status ${answer.status}`,
      requestId: RequestId ?? answer.requestId,
      hostId: HostId,
      ec: EC ?? answer.ec,
    },
  );
}

const entities: Readonly<Record<string, string>> = {
  lt: "<",
  gt: ">",
  amp: "&",
  quot: '"',
  apos: "'",
};

function unescapeText(text: string): string {
  return text.replace(
    /&(?:#x([\da-f]{1,4})|#(\d{1,5})|(\w+));/gi,
    (whole, hex, decimal, name: string) => {
      if (name !== undefined) return entities[name] ?? whole;
      return String.fromCharCode(Number(hex === undefined ? decimal : `0x${hex}`));
    },
  );
}
