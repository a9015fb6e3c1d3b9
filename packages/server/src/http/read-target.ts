// Reads the raw target of a request. A host may name the bucket, the path may, and for one SDK both
// do; then there are two readings, and the signature tells which is meant.
import { type HostRules, parseTarget, type Reading, type Target } from "@ossicle/protocol";
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
