// A line of an access log: OSS's 28 fields, in the order of its documentation ("Logging", 2021).
import {
  percentEncodePath,
  queryValue,
  parseQuery,
  splitTarget,
  utf8ToBinary,
} from "@ossicle/protocol";
import type { Sender } from "../accounts/identity.ts";
import type { RequestMessage } from "../http/message.ts";

/** A request that was answered. */
export interface LoggedRequest {
  readonly message: RequestMessage;
  readonly requestId: string;
  readonly operation: string;
  readonly bucket: string;
  /** The account that owns the bucket. */
  readonly owner: string;
  readonly key: string | undefined;
  /** Size of the object that was read or written, in bytes. */
  readonly sizeBytes: number | undefined;
  readonly sender: Sender;
  readonly receivedMs: number;
  /** Time until the answer was ready, in milliseconds. */
  readonly serverMs: number;
}

/** How it was answered. */
export interface LoggedAnswer {
  readonly status: number;
  /** Bytes of the answer's body. */
  readonly sentBytes: number | undefined;
  /** Time until the last byte was sent, in milliseconds. */
  readonly tookMs: number;
  readonly errorCode: string | undefined;
}

/** Formats a line, without its end. */
export function logLine(request: LoggedRequest, answer: LoggedAnswer): string {
  const { message, sender, key } = request;
  const { headers } = message;
  const account = sender.kind === "account" ? sender : undefined;
  const requester = account?.user?.id ?? account?.account.id;
  const fields = [
    message.clientIp,
    "-",
    "-",
    `[${timeOf(request.receivedMs)}]`,
    quoted(`${message.method} ${withoutSecrets(message.target)} HTTP/1.1`),
    answer.status,
    answer.sentBytes,
    answer.tookMs,
    quoted(withoutSecrets(headers["referer"] ?? "")),
    quoted(headers["user-agent"]),
    quoted(headers["host"]),
    quoted(request.requestId),
    quoted("true"),
    quoted(requester),
    quoted(request.operation),
    quoted(request.bucket),
    quoted(key === undefined ? undefined : percentEncodePath(utf8ToBinary(key))),
    request.sizeBytes,
    request.serverMs,
    quoted(answer.errorCode),
    headers["content-length"] === undefined ? "-" : plain(headers["content-length"]),
    quoted(request.owner),
    "-",
    quoted(undefined),
    quoted(undefined),
    quoted(undefined),
    quoted(undefined),
    quoted(account?.accessKeyId),
  ];
  return fields.map((field) => field ?? "-").join(" ");
}

// A header may have any character but line breaks; a quote would end the field.
function quoted(text: string | undefined): string {
  return `"${text === undefined || text === "" ? "-" : text.replaceAll('"', "%22")}"`;
}

function plain(text: string): string {
  return /^\d+$/.test(text) ? text : "-";
}

const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** OSS's own form: `03/Jan/2021:14:59:49 +0000`. */
function timeOf(ms: number): string {
  const text = new Date(ms).toISOString();
  const [year = "", month = "", day = ""] = text.slice(0, 10).split("-");
  return `${day}/${months[Number(month) - 1]}/${year}:${text.slice(11, 19)} +0000`;
}

/**
 * Query parameters that let a reader of the log repeat a request that is still valid. OSS writes
 * them; we do not.
 */
const secrets = ["Signature", "x-oss-signature", "security-token", "x-oss-security-token"] as const;

function withoutSecrets(url: string): string {
  const [path, query] = splitTarget(url);
  if (query === undefined || !hasSecret(query)) return url;
  const kept = query.split("&").map((part) => {
    const name = part.split("=", 1)[0] ?? "";
    return hasSecret(part) ? `${name}=***` : part;
  });
  return `${path}?${kept.join("&")}`;
}

function hasSecret(query: string): boolean {
  const parameters = parseQuery(query);
  return secrets.some((name) => queryValue(parameters, name) !== undefined);
}
