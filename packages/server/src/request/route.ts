// Stage 1: what the request names. A host may name the bucket, the path may, and for one SDK both do; then there are two
// readings, and the signature tells which is meant.
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
  route,
  type Target,
} from "@ossicle/protocol";
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

/** Finds the operation. Throws NotImplemented by name, MethodNotAllowed, InvalidBucketName or InvalidObjectName. */
export function findOperation(message: RequestMessage, target: Target, reading: Reading): Subject {
  const level =
    reading.bucket === undefined ? "service" : reading.key === undefined ? "bucket" : "object";
  const found = route({
    method: message.method,
    level,
    query: target.query,
    hasHeader: (name) => message.headers[name] !== undefined,
  });
  if (found.kind === "unknown") {
    throw new OssError("MethodNotAllowed", {
      Method: message.method,
      ResourceType: level.toUpperCase(),
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
  checkBucketName(reading.bucket);
  if (reading.key === undefined) return { operation: found.operation, bucket: reading.bucket };
  const { operation } = found;
  const versionId =
    "versionId" in operations[operation].input ? queryValue(target.query, "versionId") : undefined;
  return { operation, bucket: reading.bucket, key: decodeKey(reading.key), versionId };
}

/** `host:port` under which the sender of a request reaches this store. */
export type Endpoint = (message: RequestMessage, routed: RoutedRequest) => string;

/** The advertised endpoint, or else the one that the request came to: behind a port mapping only its sender knows it. */
export function endpointRule(advertised: string | undefined, own: () => string): Endpoint {
  if (advertised !== undefined) return () => advertised;
  return ({ headers }, { readings }) => {
    const host = headers["host"] ?? "";
    // With an IP endpoint ali-oss names OSS's own host, whatever it talks to.
    if (host === "" || /\.aliyuncs\.com(?::\d+)?$/i.test(host)) return own();
    const [{ reading }] = readings;
    const prefix = `${reading.bucket}.`;
    return reading.byHost && host.startsWith(prefix) ? host.slice(prefix.length) : host;
  };
}
