// Reads the raw target of a request. The bucket's name is in the host or in the path. One SDK puts
// it into both: then there are two readings, and the signature decides.
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

/** Reads the target. It never throws: names are checked after authentication. */
export function readTarget(message: RequestMessage, rules: HostRules): RoutedRequest {
  const target = parseTarget(message.target, message.headers["host"] ?? "", rules);
  const [first, ...rest] = target.readings;
  return { target, readings: [withResource(first), ...rest.map(withResource)] };
}

function withResource(reading: Reading): Routed {
  const { bucket, key = "" } = reading;
  return { reading, resource: bucket === undefined ? "/" : `/${bucket}/${key}` };
}
