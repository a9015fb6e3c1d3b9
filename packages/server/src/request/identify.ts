// Stage 2: finds the sender of a request, and which reading is meant. The signature is in the
// headers, in the URL or in an upload form, or there is none.
import { OssError, type QueryParameter } from "@ossicle/protocol";
import type { Identity } from "../accounts/identity.ts";
import { declarationOf } from "../access/declaration-of.ts";
import { lookUp } from "../objects/buckets/look-up.ts";
import type { OperationServices } from "../operations/operation-services.ts";
import { identityOf } from "../authenticate/identity.ts";
import { authenticate, type Authenticated } from "../authenticate/authenticate.ts";
import { openForm } from "./form/open-form.ts";
import type { AccountsOf } from "./form/verify-form.ts";
import type { RequestMessage } from "../http/message.ts";
import { asksFor, findOperation } from "./route.ts";
import type { RoutedRequest } from "../http/read-target.ts";
import type { Subject } from "../access/subject.ts";

/** A request whose sender has been identified. */
export interface Caller {
  readonly identity: Identity;
  readonly subject: Subject;
  /** The request; for a form, the request that it stands for. */
  readonly message: RequestMessage;
  /** The URL's parameters; empty for forms and preflights, whose parameters are ignored. */
  readonly query: readonly QueryParameter[];
  /** The callback's variables from a form. */
  readonly variables?: Readonly<Record<string, string>>;
  /** For forms: stops reading the form. Call it when the request has been handled. */
  readonly drop?: () => void;
}

/** Finds the sender of a request. Throws OSS's errors. */
export async function identify(
  services: OperationServices,
  message: RequestMessage,
  { routed, nowMs }: { readonly routed: RoutedRequest; readonly nowMs: number },
): Promise<Caller> {
  const { target } = routed;
  const [{ reading }] = routed.readings;
  // A preflight has no signature of its own: one in its URL belongs to the request that follows.
  if (message.method === "OPTIONS") {
    const subject = findOperation(message, target, reading);
    // Only the CORS rules decide about it. Its query parameters concern the request that follows.
    const asked = { message, query: [], region: services.region, nowMs };
    return { identity: identityOf(undefined, asked), subject, message, query: [] };
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

// Throws NoSuchBucket for a missing bucket. This error precedes those of the operation, the form
// and the access key.
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
  // Checked before the fields are read, because they may be large and are verified only afterwards.
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

// With an unknown access key, a missing bucket is reported first (integration tests of the Go and
// Python SDKs v2).
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

// Logs the most common mistake with presigned URLs: browsers and curl add a Content-Type that was
// not signed. The answer must be OSS's own, so only the log names the cause.
async function tellUnsignedType(
  services: OperationServices,
  message: RequestMessage,
  { routed, nowMs, cause }: Omit<FormRequest, "subject"> & { readonly cause: unknown },
): Promise<void> {
  const { "content-type": type, ...headers } = message.headers;
  if (type === undefined || !(cause instanceof OssError)) return;
  if (cause.code !== "SignatureDoesNotMatch") return;
  await authenticate({ ...message, headers }, routed, { ...services, nowMs }).then(
    () => services.log.info({ type }, "a signature is valid without the request's Content-Type"),
    () => undefined, // the signature is wrong for another reason
  );
}

function isVersioning({ target }: RoutedRequest): boolean {
  return target.query.some(({ name }) => name === "versioning");
}
