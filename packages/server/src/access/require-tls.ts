// Refuses connections whose version or cipher suite of TLS a bucket does not accept
// (PutBucketHttpsConfig documentation). The error is ours: no source names OSS's.
import { type AcceptedCipherSuites, type HttpsConfiguration, OssError } from "@ossicle/protocol";
import type { TlsFacts } from "../http/message.ts";

/** Throws AccessDenied. */
export function requireTls(
  { tls, cipherSuite }: HttpsConfiguration,
  { version, cipher }: TlsFacts,
): void {
  if (tls?.enable === true && !(tls.tlsVersion ?? []).includes(version)) throw refused(version);
  if (cipherSuite?.enable === true && !isAccepted(cipherSuite, { version, cipher })) {
    throw refused(cipher);
  }
}

function refused(what: string): OssError<"AccessDenied"> {
  return new OssError("AccessDenied", {}, { message: `The bucket does not accept ${what}.` });
}

function isAccepted(
  { strongCipherSuite, customCipherSuite, tls13CustomCipherSuite }: Partial<AcceptedCipherSuites>,
  { version, cipher }: TlsFacts,
): boolean {
  const isNewest = version === "TLSv1.3";
  if (strongCipherSuite === true) return isNewest || strong.test(cipher);
  return (isNewest ? tls13CustomCipherSuite : customCipherSuite)?.includes(cipher) === true;
}

// OSS does not list its strong suites. These have forward secrecy and authenticated encryption, as
// all of TLSv1.3 do (RFC 9325, section 4.2).
const strong = /^(?:ECDHE|DHE)-.*(?:GCM|CCM|CHACHA20)/;
