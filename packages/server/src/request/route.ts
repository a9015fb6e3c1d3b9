// Stage 1: what the request names. A host may name the bucket, the path may, and for one SDK both
// do; then there are two readings, and the signature tells which is meant.
import {
  checkBucketName,
  decodeKey,
  type HostRules,
  type OperationName,
  operations,
  OssError,
  parseTarget,
  queryValue,
  type Reading,
  type Route,
  route,
  type Target,
} from "@ossicle/protocol";
import { declarationOf } from "./declaration-of.ts";
import type { RequestMessage } from "./message.ts";

/** One way to read a request, with the resource that its signature covers. */
export interface Routed {
  readonly reading: Reading;
  /** `/`, `/bucket/` or `/bucket/key`, decoded, as a binary string. */
  readonly resource: string;
}

/** A request whose target has been read. */
export interface RoutedRequest {
  readonly target: Target;
  readonly readings: readonly [Routed, ...Routed[]];
}

/** Reads the target. Throws nothing: what it names is judged after authentication. */
export function readTarget(message: RequestMessage, rules: HostRules): RoutedRequest {
  const target = parseTarget(message.target, message.headers["host"] ?? "", rules);
  const [first, ...rest] = target.readings;
  return { target, readings: [withResource(first), ...rest.map(withResource)] };
}

function withResource(reading: Reading): Routed {
  const { bucket, key = "" } = reading;
  return { reading, resource: bucket === undefined ? "/" : `/${bucket}/${key}` };
}

/** What a reading asks for. */
export interface Subject {
  readonly operation: OperationName;
  readonly bucket?: string;
  readonly key?: string;
  /** The version that the request names. */
  readonly versionId?: string | undefined;
}

/** The operation that a reading names, if it is one that there is. */
export function asksFor(
  message: RequestMessage,
  target: Target,
  reading: Reading,
): OperationName | undefined {
  const found = findRoute(message, target, reading);
  return found.kind === "operation" ? found.operation : undefined;
}

function levelOf({ bucket, key }: Reading): "service" | "bucket" | "object" {
  return bucket === undefined ? "service" : key === undefined ? "bucket" : "object";
}

function findRoute(message: RequestMessage, target: Target, reading: Reading): Route {
  return route({
    method: message.method,
    level: levelOf(reading),
    query: target.query,
    hasHeader: (name) => message.headers[name] !== undefined,
  });
}

/**
 * Finds the operation. Throws NotImplemented by name, MethodNotAllowed, InvalidBucketName or
 * InvalidObjectName.
 */
export function findOperation(message: RequestMessage, target: Target, reading: Reading): Subject {
  const found = findRoute(message, target, reading);
  if (found.kind === "unknown") {
    throw new OssError("MethodNotAllowed", {
      Method: message.method,
      ResourceType: levelOf(reading).toUpperCase(),
    });
  }
  if (found.kind === "unimplemented") {
    throw new OssError(
      "NotImplemented",
      { Header: found.parameter },
      { message: `${found.name} is not implemented.` },
    );
  }
  if (reading.bucket === undefined) return { operation: found.operation };
  // Another bucket of such a name cannot be: that is reported as any that is not there (integration
  // test of the Java SDK).
  if (declarationOf(found.operation).makesBucket === true) checkBucketName(reading.bucket);
  if (reading.key === undefined) return { operation: found.operation, bucket: reading.bucket };
  const { operation } = found;
  const versionId =
    "versionId" in operations[operation].input ? queryValue(target.query, "versionId") : undefined;
  return { operation, bucket: reading.bucket, key: decodeKey(reading.key), versionId };
}

/** How the sender of a request reaches this store. */
export interface Place {
  readonly scheme: "http" | "https";
  /** `host:port`, without a bucket. */
  readonly endpoint: string;
  /** Whether the request named the bucket in its host. */
  readonly byHost: boolean;
}

/** Finds out how the sender of a request reaches this store. */
export type Endpoint = (message: RequestMessage, routed: RoutedRequest) => Place;

/**
 * The advertised endpoint, or else the one that the request came to: behind a port mapping only its
 * sender knows it.
 */
export function endpointRule(advertisedUrl: string | undefined, ownUrl: () => string): Endpoint {
  const advertised = advertisedUrl === undefined ? undefined : new URL(advertisedUrl);
  return ({ headers, secure }, { readings }) => {
    const [{ reading }] = readings;
    const host = headers["host"] ?? "";
    // With an IP endpoint ali-oss names OSS's own host in place of the endpoint's.
    const foreign = host === "" || /\.aliyuncs\.com(?::\d+)?$/i.test(host);
    const prefix = `${reading.bucket}.`;
    const byHost = reading.byHost && !foreign && host.startsWith(prefix);
    const asked = byHost ? host.slice(prefix.length) : host;
    if (advertised !== undefined) {
      const scheme = advertised.protocol === "https:" ? "https" : "http";
      return { scheme, endpoint: advertised.host, byHost };
    }
    const scheme = secure === true ? "https" : "http";
    return { scheme, endpoint: foreign ? new URL(ownUrl()).host : asked, byHost };
  };
}
