// Which versions and cipher suites of TLS a bucket accepts (PutBucketHttpsConfig documentation).
import { flag, text } from "./codec.ts";
import { leaf, many, one, shape, type XmlCodec } from "./xml/codec.ts";

/** The versions of TLS that a bucket accepts. */
export interface AcceptedTls {
  /** Whether other versions are refused. */
  readonly enable: boolean;
  /** `TLSv1.0` to `TLSv1.3`. */
  readonly tlsVersion: readonly string[];
}

/** The cipher suites that a bucket accepts. */
export interface AcceptedCipherSuites {
  /** Whether other cipher suites are refused. */
  readonly enable: boolean;
  /** Whether the strong ones are accepted, and not those of the lists. */
  readonly strongCipherSuite?: boolean;
  /** Up to TLSv1.2, as OpenSSL calls them: `ECDHE-RSA-AES128-GCM-SHA256`. */
  readonly customCipherSuite: readonly string[];
  /** Of TLSv1.3: `TLS_AES_128_GCM_SHA256`. */
  readonly tls13CustomCipherSuite: readonly string[];
}

/** What a bucket asks of connections with TLS. */
export interface HttpsConfiguration {
  readonly tls?: AcceptedTls;
  readonly cipherSuite?: AcceptedCipherSuites;
}

export const acceptedTls: XmlCodec<AcceptedTls> = shape<AcceptedTls>({
  enable: one("Enable", leaf(flag)),
  tlsVersion: many("TLSVersion", leaf(text)),
});

export const acceptedCipherSuites: XmlCodec<AcceptedCipherSuites> = shape<AcceptedCipherSuites>({
  enable: one("Enable", leaf(flag)),
  strongCipherSuite: one("StrongCipherSuite", leaf(flag)),
  customCipherSuite: many("CustomCipherSuite", leaf(text)),
  tls13CustomCipherSuite: many("TLS13CustomCipherSuite", leaf(text)),
});
