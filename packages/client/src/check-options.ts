// Checks a client's options, bodies and ranges for mistakes that JavaScript callers can make.
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

/** A range of bytes: `bytes=0-499`, `bytes=500-` or `bytes=-500`. */
const rangePattern = /^bytes=(?:\d+-\d*|-\d+)$/;

/** Throws TypeError for a range that OSS would ignore: it would return the whole object. */
export function requireRange({ range }: { readonly range?: string | undefined }): void {
  // Callers in JavaScript may pass something else than a string; `test` makes a string of it.
  if (range === undefined || rangePattern.test(range)) return;
  throw new TypeError("range must have a form such as bytes=0-499, bytes=500- or bytes=-500");
}
