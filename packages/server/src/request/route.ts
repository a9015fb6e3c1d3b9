// Stage 1: finds the operation that a request names, and the endpoint at which its sender reaches
// the store.
import {
  checkBucketName,
  decodeKey,
  type OperationName,
  operations,
  OssError,
  queryValue,
  type Reading,
  type Route,
  route,
  type Target,
} from "@ossicle/protocol";
import type { Subject } from "../access/subject.ts";
import type { RoutedRequest } from "../http/read-target.ts";
import { declarationOf } from "../access/declaration-of.ts";
import type { RequestMessage } from "../http/message.ts";

/** The operation that a reading names; undefined if Ossicle does not have it. */
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
 * Finds the operation. Throws NotImplemented with the operation's name, MethodNotAllowed,
 * InvalidBucketName or InvalidObjectName.
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
  // Only the creation of a bucket checks its name. Otherwise no bucket has the invalid name, and it
  // is reported as missing (integration test of the Java SDK).
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

/** Determines how the sender of a request reaches this store. */
export type Endpoint = (message: RequestMessage, routed: RoutedRequest) => Place;

/**
 * Returns the advertised endpoint, or else the one in the request's Host header: behind a port
 * mapping, only the sender has the endpoint.
 */
export function endpointRule(advertisedUrl: string | undefined, ownUrl: () => string): Endpoint {
  const advertised = advertisedUrl === undefined ? undefined : new URL(advertisedUrl);
  return ({ headers, secure }, { readings }) => {
    const [{ reading }] = readings;
    const host = headers["host"] ?? "";
    // With an IP address as endpoint, ali-oss sends OSS's own host name in the Host header.
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
