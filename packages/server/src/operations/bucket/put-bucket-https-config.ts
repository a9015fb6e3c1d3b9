// PutBucketHttpsConfig: checks the document, and stores it in the gate.
import type { AcceptedCipherSuites, AcceptedTls } from "@ossicle/protocol";
import { changeGate } from "../../objects/buckets/change-gate.ts";
import type { Handler } from "../handler.ts";
import { malformedDocument } from "./malformed-document.ts";

const versions: ReadonlySet<string> = new Set(["TLSv1.0", "TLSv1.1", "TLSv1.2", "TLSv1.3"]);

/** Most names in a list of cipher suites. OSS documents no limit; this one bounds the gate. */
const maxNames = 64;

/** Sets what a bucket asks of connections with TLS. Throws MalformedXML. */
export const putBucketHttpsConfig: Handler<"putBucketHttpsConfig"> = async (
  { services, bucket },
  { bucket: _bucket, ...https },
) => {
  const { tls, cipherSuite } = https;
  if (cipherSuite !== undefined) checkSuites(cipherSuite);
  const kept = tls === undefined ? https : { ...https, tls: checkedTls(tls) };
  await changeGate(services, bucket, (gate) => ({ ...gate, https: kept }));
  return { output: {} };
};

// A version that is named twice counts once (test of oss2).
function checkedTls({ enable, tlsVersion = [] }: Partial<AcceptedTls>): AcceptedTls {
  if (enable === undefined) throw malformedDocument("TLS has no Enable.");
  if (tlsVersion.some((name) => !versions.has(name)))
    throw malformedDocument("A TLSVersion is none of TLSv1.0 to TLSv1.3.");
  if (enable && tlsVersion.length === 0) throw malformedDocument("TLS has no TLSVersion.");
  return { enable, tlsVersion: [...new Set(tlsVersion)] };
}

function checkSuites(suites: Partial<AcceptedCipherSuites>): void {
  const { enable, strongCipherSuite, customCipherSuite = [], tls13CustomCipherSuite = [] } = suites;
  if (enable === undefined) throw malformedDocument("CipherSuite has no Enable.");
  for (const names of [customCipherSuite, tls13CustomCipherSuite]) {
    const isList = names.length <= maxNames && names.every((name) => /^[\w-]{1,64}$/.test(name));
    if (!isList) throw malformedDocument("A list of cipher suites is too long, or has bad names.");
  }
  const isEmpty = customCipherSuite.length + tls13CustomCipherSuite.length === 0;
  if (enable && strongCipherSuite !== true && isEmpty) {
    throw malformedDocument("CipherSuite names no cipher suite.");
  }
}
