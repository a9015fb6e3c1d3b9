// Forwards requests below `/store` to the data listener, so that the console needs no other origin
// and no CORS rule. `may-forward.ts` says which requests pass.
import { Agent, type IncomingMessage, request as sendHttp, type ServerResponse } from "node:http";
import { Agent as SecureAgent, request as sendHttps } from "node:https";
import { pipeline } from "node:stream";
import { malformedHead } from "../http/malformed.ts";

/** Where the data listener is. */
export interface StoreAddress {
  readonly url: string;
  /** Its certificate chain in PEM, as it is now; undefined when it serves no TLS. */
  readonly certificate: (() => string) | undefined;
}

/** Answers a request below {@link storePath}. */
export type StoreForwarder = (request: IncomingMessage, response: ServerResponse) => void;

/** Path below which requests are the store's. */
export const storePath = "/store";

/**
 * Headers of one connection (RFC 9110, section 7.6.1), those that this listener decides, and those
 * by which a sender could claim another address: the store may trust this host as a proxy.
 */
const dropped: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "expect",
  "host",
  "origin",
  "forwarded",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-proto",
  "cookie",
  "set-cookie",
  "content-security-policy",
  "cross-origin-resource-policy",
  "x-content-type-options",
]);

// Even if an answer were shown as a page, it could run nothing.
const guards: readonly string[] = [
  "Content-Security-Policy",
  "sandbox; default-src 'none'",
  "Cross-Origin-Resource-Policy",
  "same-origin",
  "X-Content-Type-Options",
  "nosniff",
];

/** Why a request is not forwarded. */
export interface Refusal {
  readonly status: number;
  readonly line: string;
}

/** Decides whether a request may be forwarded: undefined when it may. */
export type MayForward = (request: IncomingMessage) => Promise<Refusal | undefined>;

/**
 * Makes the forwarder, and returns it with a function that closes its connections. The server must
 * set `maxHeadersCount` to more than {@link maxHeaderLines}: Node drops further lines silently, and
 * with them the length of a body, which would then be read as another request.
 */
export function forwardTo(
  store: StoreAddress,
  mayForward: MayForward,
): { readonly forward: StoreForwarder; readonly close: () => void } {
  const url = new URL(store.url);
  const isSecure = url.protocol === "https:";
  const agent = isSecure ? new SecureAgent({ keepAlive: true }) : new Agent({ keepAlive: true });
  const sendHead = isSecure ? sendHttps : sendHttp;
  const target = {
    agent,
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: url.port,
  };
  // The certificate is the store's own and is for the names that clients use. Its chain does not
  // have to end in a root.
  const trust = (): object =>
    store.certificate === undefined
      ? {}
      : {
          ca: store.certificate(),
          allowPartialTrustChain: true,
          checkServerIdentity: () => undefined,
        };
  const send = (request: IncomingMessage, response: ServerResponse): void => {
    const path = (request.url ?? "").slice(storePath.length).replace(/^(?!\/)/, "/");
    const { method } = request;
    const headers = [...kept(request), "Host", url.host, ...framing(request)];
    const onward = sendHead({ ...target, ...trust(), method, path, headers });
    onward.on("response", (answer) => {
      const { statusCode = 502, statusMessage } = answer;
      response.writeHead(statusCode, statusMessage, [...kept(answer), ...guards]);
      pipeline(answer, response, () => undefined); // the reader sees a break
      // The store has answered before the end of the body, and reads no more of it.
      request.unpipe(onward);
      discard(request);
    });
    onward.on("error", () => {
      if (response.headersSent) response.destroy();
      else refuse(request, response, { status: 502, line: "no worker answers" });
    });
    response.on("close", () => onward.destroy());
    request.on("error", () => onward.destroy());
    request.pipe(onward);
  };
  const forward: StoreForwarder = (request, response) => {
    const malformed = malformedHead(request);
    const refusal =
      malformed === undefined
        ? mayForward(request)
        : Promise.resolve({ status: 400, line: malformed.message });
    refusal
      .then((found) =>
        found === undefined ? send(request, response) : refuse(request, response, found),
      )
      .catch(() => response.destroy());
  };
  return { forward, close: () => agent.destroy() };
}

function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  { status, line }: Refusal,
): void {
  const headers = [...guards, "Content-Type", "text/plain; charset=utf-8", "Connection", "close"];
  response.writeHead(status, headers).end(`${line}\n`);
  discard(request);
}

/**
 * Most bytes of a body that are read after an early answer, so that the sender reads the answer. A
 * browser sends its whole body first. OSS documents no limit.
 */
const maxDiscardedBytes = 134_217_728;

function discard(request: IncomingMessage): void {
  let bytes = 0;
  request.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > maxDiscardedBytes) request.destroy();
  });
  request.resume();
}

// Every header that concerns the message, with its case and its repetitions. `Connection` names
// further ones that concern the connection only.
function kept({ rawHeaders, headers }: IncomingMessage): readonly string[] {
  const named = (headers.connection ?? "").toLowerCase().split(/[\s,]+/);
  return rawHeaders.filter((_, at) => {
    const name = rawHeaders[at - (at % 2)]?.toLowerCase() ?? "";
    return !dropped.has(name) && !named.includes(name) && !name.startsWith("access-control-");
  });
}

// A body without a length arrives in chunks, and goes on in chunks.
function framing({ headers }: IncomingMessage): readonly string[] {
  return headers["transfer-encoding"] === undefined ? [] : ["Transfer-Encoding", "chunked"];
}
