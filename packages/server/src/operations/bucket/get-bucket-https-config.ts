// GetBucketHttpsConfig: returns what the bucket asks of connections with TLS.
import type { Handler } from "../handler.ts";

/** Before it is set, every version is accepted. */
const unset = { tls: { enable: false, tlsVersion: [] } } as const;

/** Reads what a bucket asks of connections with TLS. */
export const getBucketHttpsConfig: Handler<"getBucketHttpsConfig"> = ({ bucket }) =>
  Promise.resolve({ output: bucket.gate.https ?? unset });
