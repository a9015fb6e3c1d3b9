// Reads a raw request target and Host header: which bucket, which key, which query. Nothing is
// normalised, because keys may hold `..` and `//`, and real SDKs send `GET ///`.
import { binaryToUtf8, percentDecode } from "./bytes.ts";
import { OssError } from "./oss-error.ts";
import { parseQuery, type QueryParameter } from "./query.ts";

/** What host names mean to a server. */
export interface HostRules {
  /** Domains, in lower case. The host `bucket.<domain>` names a bucket. */
  readonly baseDomains: readonly string[];
  /** Buckets by custom domain, in lower case. */
  readonly customDomains: ReadonlyMap<string, string>;
}

/** One way to read a request's target and host as bucket and key. */
export interface Reading {
  /** Absent at service level. */
  readonly bucket?: string;
  /** The key as UTF-8 bytes in a binary string; absent at bucket level. */
  readonly key?: string;
  /** Whether the host names the bucket; `/_ossicle/` exists only where it does not. */
  readonly byHost: boolean;
}

/** A request target. */
export interface Target {
  /** The most likely reading first. There are two when both host and path may name the bucket. */
  readonly readings: readonly [Reading, ...Reading[]];
  /** The path as received, with its escapes. */
  readonly rawPath: string;
  /** The query as received, without `?`. */
  readonly rawQuery: string;
  readonly query: readonly QueryParameter[];
}

// ali-oss with an IP endpoint sends `Host: bucket.<region>.aliyuncs.com` to any endpoint, and
// `.<region>…` for ListBuckets (observed, ali-oss 6.23.0); with `cn-hangzhou` as its region it
// leaves `oss-` out. Internal, VPC, dual-stack and accelerate names follow the same pattern.
const ossLabel = String.raw`(?:vpc100-)?oss(?:-[a-z0-9-]+)?`;
const regionLabel = String.raw`[a-z]{2}-[a-z0-9-]+(?:\.oss(?:-internal)?)?`;
const ossHost = new RegExp(
  String.raw`^(?:(.*?)\.)??(?:${ossLabel}|${regionLabel})\.aliyuncs\.com$`,
);

/** Reads a request target under a Host header. */
export function parseTarget(rawTarget: string, host: string, rules: HostRules): Target {
  const target = stripAuthority(rawTarget);
  const [rawPath, rawQuery = ""] = splitTarget(target);
  const path = percentDecode(rawPath.startsWith("/") ? rawPath.slice(1) : rawPath);
  return {
    readings: readings(path, bareHost(host), rules),
    rawPath,
    rawQuery,
    query: parseQuery(rawQuery),
  };
}

/** Splits a URL or target at its first `?`. Without one, the query is undefined. */
export function splitTarget(target: string): readonly [path: string, query?: string] {
  const mark = target.indexOf("?");
  return mark < 0 ? [target] : [target.slice(0, mark), target.slice(mark + 1)];
}

/** The Host header without its port, lower case. */
export function bareHost(host: string): string {
  const port = /:\d*$/.exec(host);
  const bare = port === null || host.endsWith("]") ? host : host.slice(0, port.index);
  return bare.toLowerCase();
}

function stripAuthority(target: string): string {
  const absolute = /^https?:\/\/[^/?]*/i.exec(target);
  return absolute === null ? target : target.slice(absolute[0].length);
}

function readings(path: string, host: string, rules: HostRules): Target["readings"] {
  const bucket = bucketOfHost(host, rules);
  if (bucket === undefined || bucket === "") return [readPath(path)];
  const virtual: Reading =
    path === "" ? { bucket, byHost: true } : { bucket, key: path, byHost: true };
  // ali-oss with sldEnable and an IP endpoint names the bucket in both (observed). The signature
  // decides which reading is meant.
  return path === bucket || path.startsWith(`${bucket}/`) ? [virtual, readPath(path)] : [virtual];
}

function bucketOfHost(host: string, rules: HostRules): string | undefined {
  const custom = rules.customDomains.get(host);
  if (custom !== undefined) return custom;
  for (const domain of rules.baseDomains) {
    if (host === domain) return undefined;
    if (host.endsWith(`.${domain}`)) return host.slice(0, -domain.length - 1);
  }
  return ossHost.exec(host)?.[1];
}

function readPath(path: string): Reading {
  // The .NET SDK lists buckets with `GET ///` on an IP endpoint: slashes alone name the service.
  if (/^\/*$/.test(path)) return { byHost: false };
  const slash = path.indexOf("/");
  if (slash < 0) return { bucket: path, byHost: false };
  const bucket = path.slice(0, slash);
  const key = path.slice(slash + 1);
  return key === "" ? { bucket, byHost: false } : { bucket, key, byHost: false };
}

/** Longest object key in bytes (OSS limits page). */
export const maxKeyBytes = 1_023;

/**
 * Most NUL bytes in a key. Each takes two bytes in the store's version index. OSS documents no
 * limit; we chose this one.
 */
const maxKeyNuls = 900;

/** Checks a key's bytes and returns it as text. Throws InvalidObjectName. */
export function decodeKey(binary: string): string {
  const key = binaryToUtf8(binary);
  const invalid = (ec: string, message?: string): OssError<"InvalidObjectName"> =>
    new OssError(
      "InvalidObjectName",
      { ObjectName: key ?? binary },
      message === undefined ? { ec } : { ec, message },
    );
  if (binary === "") throw invalid("0016-00000001");
  if (key === undefined) throw invalid("0016-00000002");
  if (binary.length > maxKeyBytes) {
    throw invalid("0016-00000003", "The Length of Object name must be less than 1024.");
  }
  if (key.startsWith("/") || key.startsWith("\\")) throw invalid("0016-00000005");
  if (key.split("\0").length - 1 > maxKeyNuls) throw invalid("0016-00000002");
  return key;
}

/** Whether a text can name a bucket (OSS naming rules). */
export function isBucketName(text: string): boolean {
  return /^[a-z0-9](?:[a-z0-9-]{1,61})[a-z0-9]$/.test(text);
}

/** Checks a bucket's name. Throws InvalidBucketName. */
export function checkBucketName(bucket: string): void {
  if (!isBucketName(bucket)) {
    throw new OssError("InvalidBucketName", { BucketName: bucket });
  }
}
