// PutBucketHttpsConfig: which versions and cipher suites of TLS a bucket accepts.
import {
  acceptedCipherSuites,
  acceptedTls,
  type HttpsConfiguration,
} from "../../https-configuration.ts";
import {
  type Bindings,
  bucketName,
  element,
  type Nothing,
  type Operation,
} from "../../operation.ts";

/** What PutBucketHttpsConfig takes. */
export interface PutBucketHttpsConfigInput extends HttpsConfiguration {
  readonly bucket: string;
}

export const httpsConfigurationElements: Bindings<HttpsConfiguration> = {
  tls: element("TLS", acceptedTls),
  cipherSuite: element("CipherSuite", acceptedCipherSuites),
};

/**
 * Sets which versions and cipher suites of TLS a bucket accepts. Connections without TLS are not
 * concerned: a bucket policy can refuse them.
 */
export const putBucketHttpsConfig: Operation<PutBucketHttpsConfigInput, Nothing> = {
  name: "PutBucketHttpsConfig",
  method: "PUT",
  level: "bucket",
  selectors: ["httpsConfig"],
  access: "owner",
  action: "PutBucketHttpsConfig",
  idempotent: true,
  reads: "nothing",
  inputRoot: "HttpsConfiguration",
  input: { bucket: bucketName(), ...httpsConfigurationElements },
  output: {},
};
