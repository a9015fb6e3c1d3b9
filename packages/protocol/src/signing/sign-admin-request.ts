// Signs requests to a store's admin listener, for our own clients. They are not part of OSS.
import { utf8ToBinary } from "../bytes.ts";
import { parseQuery } from "../query.ts";
import { type Credentials, signHeaders } from "./sign.ts";

/**
 * What the signature of an admin request covers as its resource. The server makes no bucket of this
 * name, so the signature of a request to the store, such as a presigned URL, is not valid here.
 */
export function adminResource(path: string): string {
  return `/_ossicle/admin${path}`;
}

/** A request to sign. */
export interface AdminRequest {
  readonly method: "GET" | "POST";
  readonly url: URL;
  readonly credentials: Credentials;
  /** The store's region. */
  readonly region: string;
  readonly now: Date;
}

/** Returns the headers that sign a request with V4. */
export async function signAdminRequest(
  request: AdminRequest,
): Promise<Readonly<Record<string, string>>> {
  const { method, url, credentials, region, now } = request;
  const signed = await signHeaders(
    {
      method,
      resource: adminResource(utf8ToBinary(decodeURIComponent(url.pathname))),
      query: parseQuery(url.search.slice(1)),
      headers: [],
    },
    { credentials, version: "V4", region, now },
  );
  return Object.fromEntries(signed);
}
