// Upload tickets: what an application server hands to a browser or an app, so that it can upload
// without holding a key.
import {
  type Addressing,
  addressOf,
  checkPresign,
  type CallbackRequest,
  type Credentials,
  encodeCallbackParameters,
  formatQuery,
  parseEndpoint,
  type QueryParameter,
  requireKnown,
  signQuery,
} from "@ossicle/protocol";

/** An upload that another program may make. */
export interface TicketRequest {
  /** For example `https://oss-cn-hangzhou.aliyuncs.com`. */
  readonly endpoint: string;
  readonly region: string;
  /**
   * The key that signs, or a function that fetches one (the client's `environmentCredentials()`).
   */
  readonly credentials: Credentials | (() => Promise<Credentials>);
  readonly bucket: string;
  readonly key: string;
  /** 1 to 604,800. */
  readonly expiresSeconds: number;
  /**
   * The Content-Type that the uploader must send. Without it, the uploader must send none, although
   * browsers add the type of a typed Blob.
   */
  readonly contentType?: string;
  /**
   * The callback. The signature covers it: the uploader can neither change it nor leave it out. But
   * the uploader can read it, as Base64 in the URL, so put no secret there.
   */
  readonly callback?: CallbackRequest;
  /** Default: `path` for IP addresses and localhost, else `virtual`. */
  readonly addressing?: Addressing;
  /** Milliseconds since 1970; for tests. */
  readonly nowMs?: number;
}

/** What the uploader needs. */
export interface UploadTicket {
  readonly method: "PUT";
  readonly url: string;
  /** Headers that the uploader must send, because the signature covers them. */
  readonly headers: Readonly<Record<string, string>>;
  readonly expiresAt: Date;
}

const members: Readonly<Record<keyof TicketRequest, true>> = {
  endpoint: true,
  region: true,
  credentials: true,
  bucket: true,
  key: true,
  expiresSeconds: true,
  contentType: true,
  callback: true,
  addressing: true,
  nowMs: true,
};

/**
 * Makes a ticket. Throws TypeError for an empty access key or an unknown member, and RangeError for
 * an invalid bucket, key, lifetime or callback.
 * @example
 * const signing = { endpoint, region, credentials };
 * const target = { bucket, key, expiresSeconds: 300, callback };
 * const { url, method, headers } = await createUploadTicket({ ...signing, ...target });
 * // In the app:
 * await fetch(url, { method, headers, body: bytes });
 */
export async function createUploadTicket(request: TicketRequest): Promise<UploadTicket> {
  requireKnown("a ticket", request, members);
  const { bucket, key, callback, contentType, expiresSeconds } = request;
  checkPresign({ bucket, key, expiresSeconds });
  const nowMs = request.nowMs ?? Date.now();
  const { credentials: given } = request;
  const credentials = typeof given === "function" ? await given() : given;
  if (credentials.accessKeyId === "" || credentials.accessKeySecret === "") {
    throw new TypeError("a ticket needs accessKeyId and accessKeySecret");
  }
  const endpoint = parseEndpoint(request.endpoint, request.addressing);
  const { url, resource } = addressOf(endpoint, bucket, key);
  const query: QueryParameter[] = [];
  if (callback !== undefined) {
    const parameters = encodeCallbackParameters(callback);
    query.push({ name: "callback", value: parameters.callback });
    if (parameters.callbackVar !== undefined) {
      query.push({ name: "callback-var", value: parameters.callbackVar });
    }
  }
  const headers: Record<string, string> =
    contentType === undefined ? {} : { "content-type": contentType };
  const signed = await signQuery(
    { method: "PUT", resource, query, headers: Object.entries(headers) },
    {
      credentials,
      version: "V4",
      region: request.region.replace(/^oss-/, ""),
      now: new Date(nowMs),
      expiresSeconds,
    },
  );
  return {
    method: "PUT",
    url: url + formatQuery(signed),
    headers,
    expiresAt: new Date(nowMs + expiresSeconds * 1_000),
  };
}
