// Explains why an attempt failed, in words that a person can act on. OSS reports "Error status :
// 502." for most of these failures.
import { type CallbackUrl, maxReplyBytes, OssError, refusalExplanations } from "@ossicle/protocol";
import { errorCause, errorCode, errorMessage, errorName } from "@ossicle/store";
import { TargetRefusedError } from "./guard.ts";
import type { HeardHead, Stage } from "./transport.ts";

/** The facts of an attempt. */
export interface AttemptFacts {
  readonly url: CallbackUrl;
  /** Whether TLS named the server (`callbackSNI`). */
  readonly sni: boolean;
  readonly timeoutMs: number;
  /** The stages that were reached. */
  readonly reached: ReadonlySet<Stage>;
  readonly head?: HeardHead | undefined;
  /** The answer's body, or the part of it that arrived. */
  readonly body?: Uint8Array | undefined;
}

/** The verdict on a failed attempt. */
export function verdictOf(cause: unknown, facts: AttemptFacts): string {
  const refused = refusalOf(cause);
  if (refused !== undefined) return refused.message;
  if (isTimeout(cause)) return verdictOnTimeout(facts);
  const { head } = facts;
  if (head === undefined) return verdictOnConnection(cause, facts);
  // An OssError judges an answer. Any other error broke the answer off.
  if (cause instanceof OssError) return verdictOnAnswer(head, facts);
  if (head.contentLength === undefined)
    return "the answer broke off before its end: the application closed the connection too early";
  return (
    `the answer broke off before the ${head.contentLength} bytes of its Content-Length had ` +
    `arrived: count the length in bytes, not characters`
  );
}

/**
 * A verdict for logs and traces: without queries and quotations, which may carry what only the
 * application should see.
 */
export function withoutQuotations(reason: string): string {
  return reason.replaceAll(/\?\S+|"(?:[^"\\]|\\.)*"/g, "…");
}

/** Whether the attempt's time was over. */
export function isTimeout(cause: unknown): boolean {
  return errorName(cause) === "TimeoutError";
}

/** The refusal of an address, where it is the cause of an error. */
export function refusalOf(cause: unknown): TargetRefusedError | undefined {
  if (cause instanceof TargetRefusedError) return cause;
  const behind = errorCause(cause);
  return behind === undefined ? undefined : refusalOf(behind);
}

function verdictOnTimeout({ url, timeoutMs, reached, head }: AttemptFacts): string {
  const within = `within ${timeoutMs} ms`;
  if (head !== undefined) return `the answer began, but was not complete ${within}`;
  const isConnected = reached.has(url.scheme === "https" ? "secured" : "connected");
  if (isConnected || reached.size === 0) {
    return reached.size === 0 && !isAddress(url.host)
      ? `no answer ${within}: the name ${url.host} did not resolve, or a kept connection ` +
          `did not answer`
      : `the application took the callback and did not answer ${within}: answer first, and ` +
          `do slow work afterwards`;
  }
  if (reached.has("connected")) return `${place(url)} did not finish the TLS handshake ${within}`;
  return (
    `${place(url)} could not be connected to ${within}: a firewall in between may be dropping ` +
    `the packets`
  );
}

const statusAdvice: Readonly<Record<number, string>> = {
  400:
    "the application refused the request: compare callbackBodyType and callbackBody with " +
    "what it expects",
  401:
    "the application requires a login: exempt the callback's route, and verify the signature " +
    "instead",
  403:
    "the application forbids the request: exempt the callback's route from CSRF and login " +
    "checks, and verify the signature instead",
  404: "the application has no route for POST there",
  405: "the application's route there does not take POST",
  411: "a proxy in front of the application requires a body in another form",
  413: "the application takes no body of this length",
  415: "the application does not take this Content-Type: see callbackBodyType",
  429: "the application limits the rate of requests: exempt the store",
  502: "a proxy in front of the application did not reach it",
  503: "the application, or a proxy in front of it, is not available",
  504: "a proxy in front of the application waited too long for its answer",
};

function verdictOnAnswer(head: HeardHead, { url, body }: AttemptFacts): string {
  const { status, contentLength } = head;
  if (status >= 300 && status < 400) {
    const to = headerOf(head, "location");
    const where = to === undefined ? "" : ` to ${to}`;
    return (
      `answered ${status}${where}: callbacks do not follow redirects; put the final address ` +
      `into callbackUrl`
    );
  }
  if (status !== 200) {
    const refusal = /^\{"error":"([a-z-]{1,40})"\}$/.exec(Buffer.from(body ?? []).toString())?.[1];
    const advice =
      // The kit and other verifiers answer a refusal with such a document.
      (refusal === undefined ? adviceOn(status, Buffer.from(body ?? [])) : refusalText(refusal)) ??
      (status >= 500
        ? "the application failed"
        : status < 300
          ? "only 200 confirms an upload"
          : "the application refused the callback");
    return `answered ${status} to POST ${url.path}: ${advice}`;
  }
  if (contentLength === undefined) {
    const isChunked = /chunked/i.test(headerOf(head, "transfer-encoding") ?? "");
    const how = isChunked ? " (Transfer-Encoding: chunked)" : "";
    return (
      `answered without Content-Length${how}, which OSS refuses: have the application send ` +
      `the length, or serve with --callback-answer-length optional`
    );
  }
  if (!/^\d+$/.test(contentLength) || Number(contentLength) === 0) {
    return `answered with Content-Length ${contentLength}: the answer must be JSON, {} at least`;
  }
  if (Number(contentLength) > maxReplyBytes) {
    const most = `at most ${maxReplyBytes} bytes are taken`;
    return `answered with Content-Length ${contentLength}: ${most}`;
  }
  return verdictOnBody(head, Buffer.from(body ?? []));
}

// Explains a refusal code of the kit. Other codes are quoted as they are.
function refusalText(reason: string): string {
  const found = Object.entries(refusalExplanations).find(([code]) => code === reason);
  if (found === undefined) return `the application refused the callback: ${reason}`;
  const [, { summary, remedy }] = found;
  return `the application refused the callback: ${reason}. ${summary} ${remedy}`;
}

/** Advice after a handshake without SNI failed. OSS sends SNI only if callbackSNI is set. */
const sniAdvice = ": set callbackSNI if it serves several names";

// Verifiers that were written for Alibaba's store take keys from its own host only, and say so in
// words of their own.
const verificationFailed: readonly RegExp[] = [
  /\b(?:signature|sign|ver\w*if\w*)\W+(?:\w+\W+){0,3}(?:fail|invalid|mismatch|wrong|error|not\b)/i,
  /\b(?:fail|invalid|wrong|mismatch|bad)\w*\W+(?:\w+\W+){0,3}(?:signature|sign\b|ver\w*if\w*)/i,
  /\b(?:fail|invalid|wrong|mismatch|bad)\w*\W+(?:\w+\W+){0,3}public key/i,
  /\bauth\w*\W+(?:fail|invalid)|gosspublic|\bpub(?:lic)? key (?:addr|url)/i,
  /(?:验签|签名|校验)(?:失败|错误|不通过)/,
];

function adviceOn(status: number, body: Buffer): string | undefined {
  const text = body.toString();
  if (status >= 400 && status < 500 && verificationFailed.some((one) => one.test(text))) {
    return (
      "its answer says that it could not verify the signature: verifiers written for Alibaba " +
      "Cloud accept only keys of gosspublic.alicdn.com; " +
      "make the application trust this store's key URL (docs/how-to/verify-callbacks.md)"
    );
  }
  return statusAdvice[status];
}

function verdictOnBody(head: HeardHead, body: Buffer): string {
  const text = body.toString();
  const isXml = /^\s*application\/xml\s*(?:;|$)/i.test(head.contentType ?? "");
  if (body.subarray(0, 3).equals(Buffer.of(0xef, 0xbb, 0xbf))) {
    return "the answer starts with a byte-order mark (BOM): send it without the mark";
  }
  const encoding = headerOf(head, "content-encoding") ?? "identity";
  if (encoding !== "identity") return `the answer is compressed (${encoding}): send it plain`;
  if (!body.equals(Buffer.from(text))) return "the answer is not UTF-8: encode it in UTF-8";
  const kind = isXml ? "XML, though its Content-Type says so" : "JSON";
  const start = text.trimStart();
  if (!isXml && /^<(?:!doctype|html)/i.test(start)) {
    return `the answer is a web page, not JSON: is ${quote(start)} what the route should answer?`;
  }
  if (!isXml && start.startsWith("<")) {
    return "the answer is XML, but its Content-Type is not application/xml";
  }
  return `the answer is not ${kind}: it begins ${quote(start)}`;
}

function verdictOnConnection(cause: unknown, facts: AttemptFacts): string {
  const { url, sni } = facts;
  const code = errorCode(cause) ?? "";
  const message = errorMessage(cause);
  switch (code) {
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `the name ${url.host} does not resolve (${code})`;
    case "ECONNREFUSED":
      return `nothing listens at ${place(url)} (${code})`;
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return `there is no network route to ${place(url)} (${code})`;
    case "ERR_TLS_CERT_ALTNAME_INVALID":
      return (
        `the certificate is for ${namesOf(cause)}, not for ${url.host}: ` +
        (sni
          ? "use one of its names in callbackUrl"
          : "set callbackSNI, or use one of its names in callbackUrl")
      );
    case "CERT_HAS_EXPIRED":
      return `the certificate of ${url.host} has expired`;
    case "DEPTH_ZERO_SELF_SIGNED_CERT":
    case "SELF_SIGNED_CERT_IN_CHAIN":
    case "UNABLE_TO_VERIFY_LEAF_SIGNATURE":
    case "UNABLE_TO_GET_ISSUER_CERT":
    case "UNABLE_TO_GET_ISSUER_CERT_LOCALLY":
      return (
        `no trusted root signed the certificate of ${url.host} (${code}): serve the whole chain, ` +
        `or give the store its root in NODE_EXTRA_CA_CERTS`
      );
    case "HPE_HEADER_OVERFLOW":
      return "the headers of the answer are longer than 64 KiB";
    case "ECONNRESET":
    case "EPIPE":
      if (!facts.reached.has("connected")) {
        return (
          `${place(url)} closed a connection that was kept from an earlier callback ` +
          `(${code}): have it send Connection: close, or serve without --callback-connections ` +
          `keep-alive`
        );
      }
      return url.scheme === "https" && !facts.reached.has("secured")
        ? `${place(url)} broke off the TLS handshake${sni ? "" : sniAdvice}`
        : `${place(url)} closed the connection without an answer (${code})`;
    default:
      break;
  }
  if (/wrong version number|packet length too long/i.test(message)) {
    return `${place(url)} does not speak TLS: use http:// in callbackUrl`;
  }
  if (/unsupported protocol|protocol version/i.test(message)) {
    return `${place(url)} speaks only versions of TLS before 1.2`;
  }
  if (/handshake failure|unrecognized name/i.test(message)) {
    return `${place(url)} refused the TLS handshake${sni ? "" : sniAdvice}`;
  }
  if (code.startsWith("HPE_")) return `${place(url)} does not answer in HTTP (${code})`;
  return code === "" ? message : `${code}: ${message}`;
}

function headerOf({ headers }: HeardHead, name: string): string | undefined {
  for (let at = 0; at < headers.length; at += 2) {
    if (headers[at]?.toLowerCase() === name) return headers[at + 1];
  }
  return undefined;
}

function namesOf(cause: unknown): string {
  // Node adds `cert` to errors of this code (its documentation, "TLS", checkServerIdentity).
  const { cert: certificate = {} } = cause as {
    readonly cert?: { subjectaltname?: string; subject?: { CN?: string } };
  };
  const names = certificate.subjectaltname?.replaceAll(/\b(?:DNS|IP Address):/g, "");
  return names ?? certificate.subject?.CN ?? "another name";
}

function place({ host, port }: CallbackUrl): string {
  return `${host}:${port}`;
}

function isAddress(host: string): boolean {
  return /^[\d.]+$/.test(host);
}

/** Longest beginning of an answer that a verdict quotes, in characters. */
const maxQuote = 40;

function quote(text: string): string {
  return JSON.stringify(text.length > maxQuote ? `${text.slice(0, maxQuote)}…` : text);
}
