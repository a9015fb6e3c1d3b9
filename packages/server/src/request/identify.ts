// Stage 2: the sender of a request, and the reading that is meant: by a signature in headers or
// URL, by an upload form's own, or without one.
import { OssError, type QueryParameter } from "@ossicle/protocol";
import type { Identity } from "../accounts/identity.ts";
import { declarationOf } from "../access/declaration-of.ts";
import { lookUp } from "../objects/buckets/look-up.ts";
import type { OperationServices } from "../operations/operation-services.ts";
import { authenticate, type Authenticated } from "../authenticate/authenticate.ts";
import { openForm } from "./form/open-form.ts";
import type { AccountsOf } from "./form/verify-form.ts";
import type { RequestMessage } from "../http/message.ts";
import { asksFor, findOperation } from "./route.ts";
import type { RoutedRequest } from "../http/read-target.ts";
import type { Subject } from "../access/subject.ts";

/** A request whose caller is known. */
export interface Caller {
  readonly identity: Identity;
  readonly subject: Subject;
  /** The request; of a form, the one that it stands for. */
  readonly message: RequestMessage;
  /** The URL's parameters; a form's URL has no say. */
  readonly query: readonly QueryParameter[];
  /** The callback's variables, where a form brought them. */
  readonly variables?: Readonly<Record<string, string>>;
  /** To be called when the request has been handled; of forms. */
  readonly drop?: () => void;
}

/** Finds the sender of a request. Throws OSS's refusals. */
export async function identify(
  services: OperationServices,
  message: RequestMessage,
  { routed, nowMs }: { readonly routed: RoutedRequest; readonly nowMs: number },
): Promise<Caller> {
  const { target } = routed;
  const [{ reading }] = routed.readings;
  // A preflight carries no signature of its own; browsers send it as they please.
  if (message.method === "OPTIONS") {
    const subject = findOperation(message, target, reading);
    // The CORS rules alone judge it: what its query asks for is the business of the request that
    // follows.
    return { identity: { kind: "anonymous" }, subject, message, query: [] };
  }
  const asked = asksFor(message, target, reading);
  if (asked !== undefined && declarationOf(asked).stream === "form") {
    const subject = findOperation(message, target, reading);
    return identifyForm(services, message, { routed, nowMs, subject });
  }
  const caller = await authenticated(services, message, { routed, nowMs });
  try {
    const subject = findOperation(message, target, caller.reading);
    return { identity: caller.identity, subject, message, query: target.query };
  } catch (cause) {
    const missing = cause instanceof OssError && cause.code === "NotImplemented";
    if (missing) await requireBucket(services, caller.reading.bucket, cause);
    throw cause;
  }
}

// A bucket that does not exist is reported before what cannot be done with it.
async function requireBucket(
  services: OperationServices,
  name: string | undefined,
  cause: unknown,
): Promise<void> {
  if (name === undefined || (await lookUp(services, name)).bucket !== undefined) return;
  throw new OssError("NoSuchBucket", { BucketName: name }, { cause });
}

interface FormRequest {
  readonly routed: RoutedRequest;
  readonly nowMs: number;
  readonly subject: Subject;
}

async function identifyForm(
  services: OperationServices,
  message: RequestMessage,
  { routed, nowMs, subject }: FormRequest,
): Promise<Caller> {
  const { accounts, region, memory } = services;
  const { query } = routed.target;
  // Before the fields are read: their signature comes last, and they may be large.
  await requireBucket(services, subject.bucket, undefined);
  const findKey: AccountsOf["findKey"] = (id, token) => accounts.find(id, token);
  const form = await openForm(message, subject.bucket ?? "", {
    accounts: { findKey, message, query, region, nowMs },
    memory,
  });
  const { identity, key, variables, drop } = form;
  const { message: meant } = form;
  return { identity, subject: { ...subject, key }, message: meant, query: [], variables, drop };
}

// With an unknown key, a bucket that does not exist is reported first (integration tests of the Go
// and Python SDKs v2).
async function authenticated(
  services: OperationServices,
  message: RequestMessage,
  { routed, nowMs }: { readonly routed: RoutedRequest; readonly nowMs: number },
): Promise<Authenticated> {
  try {
    return await authenticate(message, routed, { ...services, nowMs });
  } catch (cause) {
    await tellUnsignedType(services, message, { routed, nowMs, cause });
    const [{ reading }] = routed.readings;
    const { bucket: name } = reading;
    const unknownKey = cause instanceof OssError && cause.code === "InvalidAccessKeyId";
    const makesBucket = message.method === "PUT" && reading.key === undefined;
    if (!unknownKey || name === undefined || (makesBucket && !isVersioning(routed))) throw cause;
    await requireBucket(services, name, cause);
    throw cause;
  }
}

// The commonest mistake with presigned URLs: browsers and curl add a type that was not signed. The
// answer is OSS's own; the log may say more.
async function tellUnsignedType(
  services: OperationServices,
  message: RequestMessage,
  { routed, nowMs, cause }: Omit<FormRequest, "subject"> & { readonly cause: unknown },
): Promise<void> {
  const { "content-type": type, ...headers } = message.headers;
  if (type === undefined || !(cause instanceof OssError)) return;
  if (cause.code !== "SignatureDoesNotMatch") return;
  await authenticate({ ...message, headers }, routed, { ...services, nowMs }).then(
    () => services.log.info({ type }, "a signature holds without the Content-Type that was sent"),
    () => undefined, // something else is wrong with it
  );
}

function isVersioning({ target }: RoutedRequest): boolean {
  return target.query.some(({ name }) => name === "versioning");
}
