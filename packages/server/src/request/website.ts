// Static websites: which object answers a request for a page. The order is that of OSS: a routing
// rule, then the page of a folder, then the error page (PutBucketWebsite documentation).
import {
  type IncludedHeader,
  OssError,
  percentEncodePath,
  type RoutingRedirect,
  type RoutingRule,
  utf8ToBinary,
  type WebsiteConfiguration,
} from "@ossicle/protocol";
import type { Result } from "../operations/handler.ts";
import type { Caller } from "./identify.ts";

/** What answers a request for a page. */
export interface PageSteps<T> {
  /** The path of the website's root: `/`, or `/bucket/` where the path names the bucket. */
  readonly root: string;
  /** Reads a key, as GetObject or HeadObject does. Throws OSS's errors. */
  readonly read: (key: string, as?: "error page") => Promise<T>;
  /** Whether a key exists. */
  readonly exists: (key: string) => Promise<boolean>;
  /** Answers with a redirect. */
  readonly redirect: (result: Pick<Result<object>, "location" | "status">) => T;
  /** Replaces the status of an answer. */
  readonly withStatus: (answer: T, status: number) => T;
}

/** Whether a request may be one for a page: of an object, or of the root without a signature. */
export function isPageRequest({ subject, identity, message, query }: Caller): boolean {
  const { operation, key, versionId } = subject;
  if (message.method !== "GET" && message.method !== "HEAD") return false;
  if (operation === "getObject" || operation === "headObject") {
    return key !== undefined && versionId === undefined;
  }
  const isRoot = operation === "listObjects" || operation === "headBucket";
  const isListing = query.some(({ name }) => ofListings.has(name));
  return isRoot && !isListing && identity.kind === "anonymous";
}

/** Parameters that ask for a listing. */
const ofListings: ReadonlySet<string> = new Set([
  "delimiter",
  "encoding-type",
  "list-type",
  "marker",
  "max-keys",
  "prefix",
]);

/** Answers a request for a page. */
export async function servePage<T>(
  site: WebsiteConfiguration,
  caller: Caller,
  steps: PageSteps<T>,
): Promise<T> {
  const { key = "" } = caller.subject;
  const rules = site.routingRules?.rules ?? [];
  const early = rules.find((rule) => matches(rule, caller, undefined));
  if (early !== undefined) return follow(early, caller, steps);
  try {
    const index = key === "" ? indexOf(site, "") : undefined;
    return await steps.read(index ?? key);
  } catch (cause) {
    if (!(cause instanceof OssError)) throw cause;
    const status = cause.code === "NoSuchKey" ? 404 : cause.code === "AccessDenied" ? 403 : 0;
    const late = rules.find((rule) => matches(rule, caller, status));
    if (late !== undefined) return follow(late, caller, steps);
    if (status !== 404) throw cause;
    const page = await folderPage(site, caller, steps);
    return page ?? errorPage(site, caller, { steps, cause });
  }
}

function indexOf({ indexDocument }: WebsiteConfiguration, folder: string): string | undefined {
  const { suffix, supportSubDir = false } = indexDocument ?? {};
  return suffix === undefined ? undefined : `${supportSubDir ? folder : ""}${suffix}`;
}

// The page of a folder: of the key itself where it ends in a slash, otherwise as the type says.
// SDKs test with signed HEAD requests whether a key exists, so such a request gets 404.
async function folderPage<T>(
  site: WebsiteConfiguration,
  { subject, identity, message }: Caller,
  { root, read, exists, redirect }: PageSteps<T>,
): Promise<T | undefined> {
  const { key = "" } = subject;
  const { supportSubDir = false, type = "0" } = site.indexDocument ?? {};
  const isFolder = key.endsWith("/");
  const isSigned = identity.kind !== "anonymous";
  if (isSigned && (!isFolder || message.method === "HEAD")) return undefined;
  if (!isFolder && (key === "" || !supportSubDir || type === "1")) return undefined;
  const index = indexOf(site, isFolder ? key : `${key}/`);
  if (index === undefined || !(await exists(index))) return undefined;
  if (isFolder || type !== "0") return read(index);
  const location = `${root}${pathOf(key)}/${queryOf(message.target)}`;
  return redirect({ location, status: 302 });
}

function queryOf(target: string): string {
  const at = target.indexOf("?");
  return at < 0 ? "" : target.slice(at);
}

// Signed requests get OSS's error, because SDKs expect it. OSS does not say what they get.
async function errorPage<T>(
  { errorDocument }: WebsiteConfiguration,
  { identity }: Caller,
  { steps, cause }: { readonly steps: PageSteps<T>; readonly cause: OssError },
): Promise<T> {
  const { key, httpStatus = "404" } = errorDocument ?? {};
  if (key === undefined || identity.kind !== "anonymous" || !(await steps.exists(key))) throw cause;
  try {
    return steps.withStatus(await steps.read(key, "error page"), Number(httpStatus));
  } catch (failure) {
    // If the error page cannot be read, for example because it is private, send the original
    // error.
    throw failure instanceof OssError ? cause : failure;
  }
}

function matches(rule: RoutingRule, caller: Caller, status: number | undefined): boolean {
  const { condition } = rule;
  if (condition === undefined || condition.httpErrorCodeReturnedEquals !== status) return false;
  const { key = "" } = caller.subject;
  return (
    key.startsWith(condition.keyPrefixEquals ?? "") &&
    key.endsWith(condition.keySuffixEquals ?? "") &&
    condition.includeHeaders.every((one) => hasHeader(one, caller.message.headers))
  );
}

function hasHeader(
  { key, equals, startsWith, endsWith }: IncludedHeader,
  headers: Caller["message"]["headers"],
): boolean {
  const name = key.toLowerCase();
  const value = Object.hasOwn(headers, name) ? headers[name] : undefined;
  if (value === undefined) return false;
  return (
    (equals === undefined || value === equals) &&
    (startsWith === undefined || value.startsWith(startsWith)) &&
    (endsWith === undefined || value.endsWith(endsWith))
  );
}

/** The status of a redirect whose rule names none (PutBucketWebsite documentation). */
const defaultRedirectStatus = 301;

function follow<T>(
  { condition, redirect = {} }: RoutingRule,
  { subject, message }: Caller,
  { root, read, redirect: send }: PageSteps<T>,
): Promise<T> | T {
  const { key = "" } = subject;
  const target = targetKey(redirect, key, condition?.keyPrefixEquals ?? "");
  if (redirect.redirectType === "Internal") return read(target);
  const tail = redirect.passQueryString === true ? queryOf(message.target) : "";
  return send({
    location: `${originOf(redirect, message, root)}${pathOf(target).replace(/^\/+/, "")}${tail}`,
    status: redirect.httpRedirectCode ?? defaultRedirectStatus,
  });
}

// Without a host the redirect stays in the website, so its URL is relative: behind a proxy, the
// Host header may differ from that of the browser's URL. Another host has no bucket in its path.
function originOf(
  { protocol, hostName }: RoutingRedirect,
  { headers, secure }: Caller["message"],
  root: string,
): string {
  const scheme = protocol ?? (secure === true ? "https" : "http");
  if (hostName !== undefined) return `${scheme}://${hostName}/`;
  const host = protocol === undefined ? undefined : headers["host"];
  return host === undefined ? root : `${scheme}://${host}${root}`;
}

function targetKey(
  { replaceKeyWith, replaceKeyPrefixWith, enableReplacePrefix }: RoutingRedirect,
  key: string,
  prefix: string,
): string {
  if (replaceKeyWith !== undefined) return replaceKeyWith.replaceAll("${key}", () => key);
  if (replaceKeyPrefixWith === undefined && enableReplacePrefix !== true) return key;
  return (replaceKeyPrefixWith ?? "") + key.slice(prefix.length);
}

function pathOf(key: string): string {
  return percentEncodePath(utf8ToBinary(key));
}
