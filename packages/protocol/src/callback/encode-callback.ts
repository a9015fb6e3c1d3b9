// Checks and encodes callback parameters for the wire. The check finds a mistake before the upload.
import { requireKnown } from "../known-members.ts";
import { encodeParameter } from "./parameters.ts";
import type { CallbackBodyType } from "./template.ts";

/** A callback that an upload requests. */
export interface CallbackRequest {
  /** One to five URLs, tried in order until the first success. */
  readonly url: string | readonly string[];
  /** Value of the Host header; the URL's own when absent. */
  readonly host?: string;
  /**
   * The template: `${bucket}`, `${object}`, `${etag}`, `${size}`, `${mimeType}`, `${x:name}` and
   * others are replaced.
   */
  readonly body: string;
  /** Default `application/x-www-form-urlencoded`. JSON templates leave placeholders unquoted. */
  readonly bodyType?: CallbackBodyType;
  /**
   * Whether TLS sends the server's name (SNI). Set it where several servers share an address.
   * Default false.
   */
  readonly sni?: boolean;
  /** Custom variables; names begin with `x:`. */
  readonly variables?: Readonly<Record<`x:${string}`, string>>;
}

/** Header values that are encoded already. */
export interface EncodedCallback {
  readonly callback: string;
  readonly callbackVar?: string;
}

/** Longest encoded parameter in bytes (EC 0007-00000001). */
const maxBytes = 5_120;

const members: Readonly<Record<keyof CallbackRequest, 1>> = {
  url: 1,
  host: 1,
  body: 1,
  bodyType: 1,
  sni: 1,
  variables: 1,
};

/**
 * Encodes `x-oss-callback`. Throws RangeError for what OSS would refuse, and TypeError for a member
 * that a callback does not have.
 */
export function encodeCallback(request: CallbackRequest): string {
  requireKnown("a callback", request, members);
  const urls = [request.url].flat().join(";").split(";");
  if (urls.length > 5 || urls.includes("")) {
    throw new RangeError("a callback must have 1 to 5 URLs");
  }
  if (request.body === "") throw new RangeError("a callback's body must not be empty");
  if (/\$(?!\{)/.test(request.body)) {
    throw new RangeError("a callback's body has a $ without {");
  }
  return bounded({
    callbackUrl: urls.join(";"),
    callbackHost: request.host,
    callbackBody: request.body,
    callbackBodyType: request.bodyType,
    callbackSNI: request.sni,
  });
}

/** Encodes `x-oss-callback-var`. Throws RangeError for what OSS would refuse. */
export function encodeCallbackVariables(variables: Readonly<Record<string, string>>): string {
  for (const name of Object.keys(variables)) {
    if (!/^x:./su.test(name)) throw new RangeError(`${name} must begin with x:`);
  }
  return bounded(variables);
}

function bounded(value: object): string {
  const encoded = encodeParameter(value);
  if (encoded.length > maxBytes)
    throw new RangeError(`a callback parameter exceeds ${maxBytes} bytes`);
  return encoded;
}

/** Encodes a callback and its variables. Returns values that are already encoded as they are. */
export function encodeCallbackParameters(
  request: CallbackRequest | EncodedCallback,
): EncodedCallback {
  if ("callback" in request) return request;
  const callback = encodeCallback(request);
  const { variables } = request;
  return variables === undefined
    ? { callback }
    : { callback, callbackVar: encodeCallbackVariables(variables) };
}
