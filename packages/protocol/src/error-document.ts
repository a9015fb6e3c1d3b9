// The error document: how an OssError looks on the wire, in OSS's element order, and how it is read back.
import { xmlDocument } from "./encode.ts";
import type { ErrorCode } from "./errors.ts";
import { OssError, type OssErrorOptions } from "./oss-error.ts";
import { escapeXml } from "./xml/escape.ts";
import { parseXml, type XmlElement } from "./xml/parse.ts";

/** What the document needs beyond the error itself. */
export interface ErrorContext {
  readonly message: string;
  readonly requestId: string;
  readonly hostId: string;
  readonly ec?: string | undefined;
}

/** Writes the document: Code, Message, RequestId, HostId, details, EC, RecommendDoc. */
export function writeErrorDocument(error: OssError, context: ErrorContext): string {
  let content =
    tag("Code", error.code) +
    tag("Message", context.message) +
    tag("RequestId", context.requestId) +
    tag("HostId", context.hostId);
  for (const [name, value] of Object.entries(error.details)) content += tag(name, value);
  if (context.ec !== undefined) {
    content +=
      tag("EC", context.ec) +
      tag("RecommendDoc", `https://api.aliyun.com/troubleshoot?q=${context.ec}`);
  }
  return xmlDocument("Error", content);
}

function tag(name: string, value: string): string {
  return `<${name}>${escapeXml(value)}</${name}>`;
}

const standard: ReadonlySet<string> = new Set([
  "Code",
  "Message",
  "RequestId",
  "HostId",
  "EC",
  "RecommendDoc",
]);

/** The facts of an error answer that are not in its document. */
export interface ErrorAnswer {
  readonly status: number;
  readonly requestId: string | undefined;
  readonly ec: string | undefined;
}

/** Reads a document into code, details and options. A body that is no error document gives a code made of the status. */
export function readErrorDocument(
  body: string,
  answer: ErrorAnswer,
): { code: ErrorCode; details: Readonly<Record<string, string>>; options: OssErrorOptions } {
  const root = errorElement(body);
  const find = (name: string): string | undefined =>
    root?.children.find((child) => child.name === name)?.text;
  const details: Record<string, string> = {};
  for (const child of root?.children ?? []) {
    if (!standard.has(child.name)) details[child.name] = child.text;
  }
  const requestId = find("RequestId") ?? answer.requestId;
  const hostId = find("HostId");
  const ec = find("EC") ?? answer.ec;
  return {
    // A real OSS may answer codes that our catalogue lacks; the class carries them all the same.
    code: (find("Code") ?? `HttpStatus${answer.status}`) as ErrorCode,
    details,
    options: {
      status: answer.status,
      message: find("Message") ?? `HTTP status ${answer.status}`,
      ...(requestId === undefined ? {} : { requestId }),
      ...(hostId === undefined ? {} : { hostId }),
      ...(ec === undefined ? {} : { ec }),
    },
  };
}

function errorElement(body: string): XmlElement | undefined {
  try {
    const root = parseXml(body);
    return root.name === "Error" ? root : undefined;
  } catch {
    return undefined;
  }
}

/** Makes the error that an answer describes. */
export function errorOf(body: string, answer: ErrorAnswer): OssError {
  const { code, details, options } = readErrorDocument(body, answer);
  return new OssError(code, details as never, options); // details were read from outside, so no type can hold
}
