// Writes the error document: how an OssError looks on the wire, in OSS's element order.
import { xmlDocument } from "./encode-document.ts";
import type { OssError } from "./oss-error.ts";
import { escapeXml } from "./xml/escape.ts";

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
