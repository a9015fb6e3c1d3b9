// Callback URLs: what OSS accepts, split without normalising, because path and query are sent and
// signed as given.

/** A callback URL in parts. */
export interface CallbackUrl {
  readonly scheme: "http" | "https";
  /** Name or IPv4 address, lower case. */
  readonly host: string;
  readonly port: number;
  /** As written: percent-escapes untouched; `/` when the URL has no path. */
  readonly path: string;
  /** With its `?`, as written; empty when the URL has none. */
  readonly query: string;
}

const urlPattern = /^(?:([A-Za-z][A-Za-z0-9+.-]*):\/\/)?([^/?#]*)([^?#]*)(\?[^#]*)?(?:#.*)?$/s;

const labelPattern = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;

/**
 * Splits a callback URL. Returns undefined when OSS refuses it (EC 0007-00000004). A missing scheme
 * means http, as OSS's examples suggest; its documentation does not state it. IPv6 literals and
 * user info are refused. A fragment is not sent.
 */
export function parseCallbackUrl(raw: string): CallbackUrl | undefined {
  if (/[\u0000-\u0020\u007f-\uffff]/.test(raw)) return undefined;
  const match = urlPattern.exec(raw);
  if (match === null) return undefined;
  const [, scheme = "http", authority = "", path = "", query = ""] = match;
  const lower = scheme.toLowerCase();
  if (lower !== "http" && lower !== "https") return undefined;
  const parts = /^([^:@[\]]+)(?::(\d{1,5}))?$/.exec(authority);
  const host = parts?.[1]?.toLowerCase().replace(/\.$/, "");
  if (host === undefined || !isHost(host)) return undefined;
  const port = parts?.[2] === undefined ? (lower === "https" ? 443 : 80) : Number(parts[2]);
  if (port < 1 || port > 65_535) return undefined;
  return { scheme: lower, host, port, path: path === "" ? "/" : path, query };
}

/** `http://host:port/path?query`. */
export function formatCallbackUrl(url: CallbackUrl): string {
  const standard = url.port === (url.scheme === "https" ? 443 : 80);
  const port = standard ? "" : `:${url.port}`;
  return `${url.scheme}://${url.host}${port}${url.path}${url.query}`;
}

// A name has a dot or is `localhost`: OSS refuses `my` (integration test of the Java SDK). A host
// whose last label is a number must be a dotted IPv4 address, so that no decimal, octal or
// hexadecimal spelling slips through.
function isHost(host: string): boolean {
  const labels = host.split(".");
  const last = labels.at(-1) ?? "";
  if (/^(?:\d+|0x[0-9a-f]*)$/.test(last)) {
    return (
      labels.length === 4 &&
      labels.every((label) => /^(?:0|[1-9]\d{0,2})$/.test(label) && Number(label) < 256)
    );
  }
  if (labels.length === 1 && host !== "localhost") return false;
  return host.length <= 253 && labels.every((label) => labelPattern.test(label));
}
