// Upload tickets: what an application server hands to a browser or an app, so that it can upload without holding a key.
import {
  encodeParameter,
  percentEncode,
  percentEncodePath,
  type QueryParameter,
  signQuery,
  type Credentials,
  utf8ToBinary,
} from "@ossicle/protocol";

/** An upload that somebody else may do. */
export interface TicketRequest {
  /** For example `https://oss-cn-hangzhou.aliyuncs.com`. */
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: Credentials;
  readonly bucket: string;
  readonly key: string;
  /** 1 to 604,800. */
  readonly expiresSeconds: number;
  /** The type that the uploader must send. */
  readonly contentType?: string;
  /** The callback inside the signature: the uploader can neither see a secret in it nor leave it out. */
  readonly callback?: TicketCallback;
  /** Default: `path` for IP addresses and localhost, else `virtual`. */
  readonly addressing?: "virtual" | "path" | "custom-domain";
  /** Milliseconds since 1970; for tests. */
  readonly nowMs?: number;
}

/** A ticket's callback. */
export interface TicketCallback {
  readonly url: string;
  /** The template. */
  readonly body: string;
  readonly bodyType?: "application/x-www-form-urlencoded" | "application/json";
  readonly host?: string;
  readonly sni?: boolean;
  readonly variables?: Readonly<Record<`x:${string}`, string>>;
}

/** What the uploader needs. */
export interface UploadTicket {
  readonly method: "PUT";
  readonly url: string;
  /** To be sent along, since the signature covers them. */
  readonly headers: Readonly<Record<string, string>>;
  readonly expiresAt: Date;
}

/**
 * Makes a ticket.
 * @example
 * const ticket = await createUploadTicket({ endpoint, region, credentials, bucket, key, expiresSeconds: 300, callback });
 * // In the browser: await fetch(ticket.url, { method: ticket.method, headers: ticket.headers, body: file });
 */
export async function createUploadTicket(request: TicketRequest): Promise<UploadTicket> {
  const { bucket, key, callback, contentType, expiresSeconds } = request;
  const nowMs = request.nowMs ?? Date.now();
  const origin = new URL(
    /^https?:\/\//i.test(request.endpoint) ? request.endpoint : `https://${request.endpoint}`,
  );
  const addressing =
    request.addressing ??
    (/^(?:localhost|[\d.]+|\[.*\])$/.test(origin.hostname) ? "path" : "virtual");
  const binaryKey = utf8ToBinary(key);
  const query: QueryParameter[] = [];
  if (callback !== undefined) {
    query.push({ name: "callback", value: encodeCallback(callback) });
    const { variables } = callback;
    if (variables !== undefined)
      query.push({ name: "callback-var", value: encodeParameter(variables) });
  }
  const headers: Record<string, string> =
    contentType === undefined ? {} : { "content-type": contentType };
  const signed = await signQuery(
    { method: "PUT", resource: `/${bucket}/${binaryKey}`, query, headers: Object.entries(headers) },
    {
      credentials: request.credentials,
      version: "V4",
      region: request.region.replace(/^oss-/, ""),
      now: new Date(nowMs),
      expiresSeconds,
    },
  );
  const host = addressing === "virtual" ? `${bucket}.${origin.host}` : origin.host;
  const prefix = addressing === "path" ? `/${bucket}/` : "/";
  const text = signed
    .map(({ name, value }) => `${percentEncode(name)}=${percentEncode(value)}`)
    .join("&");
  return {
    method: "PUT",
    url: `${origin.protocol}//${host}${prefix}${percentEncodePath(binaryKey)}?${text}`,
    headers,
    expiresAt: new Date(nowMs + expiresSeconds * 1_000),
  };
}

function encodeCallback(callback: TicketCallback): string {
  return encodeParameter({
    callbackUrl: callback.url,
    callbackHost: callback.host,
    callbackBody: callback.body,
    callbackBodyType: callback.bodyType,
    callbackSNI: callback.sni,
  });
}
