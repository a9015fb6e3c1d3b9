// Checks a client's options, and bodies, for mistakes that JavaScript callers can make.
import { type Credentials, requireKnown } from "@ossicle/protocol";
import type { UploadBody } from "./body.ts";
import type { ConnectionOptions } from "./connection.ts";

const members: Readonly<Record<keyof ConnectionOptions, true>> = {
  endpoint: true,
  region: true,
  credentials: true,
  addressing: true,
  signatureVersion: true,
  attempts: true,
  timeoutMs: true,
  fetch: true,
  now: true,
};

const keyMembers: Readonly<Record<keyof Credentials | "expiresAt", true>> = {
  accessKeyId: true,
  accessKeySecret: true,
  securityToken: true,
  expiresAt: true,
};

/**
 * Checks a client's options. Throws TypeError for an unknown option or member of the access key,
 * and for an `endpoint` or `region` that is not a string.
 */
export function checkConnectionOptions(options: ConnectionOptions): void {
  requireKnown("a client", options, members);
  for (const name of ["endpoint", "region"] as const) {
    if (typeof options[name] !== "string") throw new TypeError(`${name} must be a string`);
  }
  const { credentials } = options;
  if (typeof credentials === "object") requireKnown("an access key", credentials, keyMembers);
}

/** Throws TypeError for a body that `fetch` would send as text such as `[object Object]`. */
export function requireBody({ body }: { readonly body: UploadBody }): void {
  const isBytes = body instanceof ArrayBuffer || ArrayBuffer.isView(body) || body instanceof Blob;
  if (typeof body === "string" || isBytes) return;
  const isStream = body instanceof ReadableStream || Symbol.asyncIterator in Object(body);
  if (!isStream) throw new TypeError("the body is neither text, bytes, a Blob nor a stream");
}
