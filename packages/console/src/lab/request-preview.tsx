// The request that the store would send for a sample upload. What only the store can make, its
// signature and its time, is named in brackets.
import {
  type CallbackParameters,
  OssError,
  parseCallback,
  renderTemplate,
  sampleUpload,
  sampleVariables,
  type TemplateValue,
} from "@ossicle/protocol";
import type { JSX } from "preact";
import { useWords } from "../words/words.ts";
import type { RawParameters } from "./composition.ts";

/** The preview; nothing for a callback that is refused. */
export function RequestPreview({ raw }: { readonly raw: RawParameters }): JSX.Element | null {
  const words = useWords();
  const text = requestText(raw, words.lab.madeByStore);
  if (text === undefined) return null;
  return (
    <section class="card" aria-label={words.lab.request}>
      <h2>{words.lab.request}</h2>
      <pre tabIndex={0}>{text}</pre>
    </section>
  );
}

/** The request as text; undefined for parameters that OSS refuses, or that name no URL. */
export function requestText(raw: RawParameters, madeByStore: string): string | undefined {
  const parameters = parsed(raw);
  const [url] = parameters?.urls ?? [];
  if (parameters === undefined || url === undefined) return undefined;
  const { bodyType, host, additionalHeaders } = parameters;
  const body = renderTemplate(parameters.body, bodyType, (name) => valueOf(parameters, name));
  const made = `(${madeByStore})`;
  const lines = [
    `POST ${url.path}${url.query} HTTP/1.1`,
    `Host: ${host ?? url.host}`,
    `Content-Length: ${new TextEncoder().encode(body).length}`,
    `Authorization: ${made}`,
    `Content-MD5: ${made}`,
    `Content-Type: ${bodyType}`,
    `Date: ${made}`,
    "User-Agent: aliyun-oss-callback",
    `x-oss-additional-headers: ${Object.keys(additionalHeaders).join(";")}`,
    `x-oss-bucket: ${sampleUpload.bucket}`,
    `x-oss-owner: ${made}`,
    `x-oss-pub-key-url: ${made}`,
    `x-oss-request-id: ${made}`,
    `x-oss-requester: ${made}`,
    "x-oss-signature-version: 1.0",
    "x-oss-tag: CALLBACK",
    ...Object.entries(additionalHeaders).map(([name, value]) => `${name}: ${value}`),
  ];
  return `${lines.join("\n")}\n\n${body}`;
}

function parsed({ callback, callbackVar }: RawParameters): CallbackParameters | undefined {
  try {
    return parseCallback({ callback, callbackVar: callbackVar || undefined });
  } catch (cause) {
    if (cause instanceof OssError) return undefined;
    throw cause;
  }
}

function valueOf({ variables }: CallbackParameters, name: string): TemplateValue {
  const values = name.startsWith("x:") ? variables : sampleVariables;
  return Object.hasOwn(values, name) ? values[name] : undefined;
}
