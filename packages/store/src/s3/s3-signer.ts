// Signs requests to an S3 store with AWS Signature Version 4.
import { createHash, createHmac, type Hash, type Hmac } from "node:crypto";
import { SignatureV4 } from "@smithy/signature-v4";
import type { S3Address } from "./s3-url.ts";

/** What a signature covers. */
export interface SignedParts {
  readonly method: string;
  readonly endpoint: URL;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
}

/** Returns the headers of a signed request. */
export type SignRequest = (parts: SignedParts) => Promise<Record<string, string>>;

/** Makes the signer of a store's requests. */
export function s3Signer({ region, accessKeyId, secretAccessKey }: S3Address): SignRequest {
  const signer = new SignatureV4({
    service: "s3",
    region,
    credentials: { accessKeyId, secretAccessKey },
    sha256: NodeSha256,
    uriEscapePath: false, // S3 encodes a key once
    applyChecksum: false, // each request brings its own x-amz-content-sha256
  });
  return async ({ method, endpoint, path, query, headers }) => {
    const { headers: signed } = await signer.sign({
      method,
      protocol: endpoint.protocol,
      hostname: endpoint.hostname,
      path,
      query: { ...query },
      headers: { ...headers, host: endpoint.host },
    });
    return signed;
  };
}

/** SHA-256 in the form that the signer takes. */
class NodeSha256 {
  readonly #key: SourceData | undefined;
  #hash: Hash | Hmac;

  constructor(key?: SourceData) {
    this.#key = key;
    this.#hash = begin(key);
  }

  update(bytes: SourceData): void {
    this.#hash.update(asBytes(bytes));
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest());
  }

  reset(): void {
    this.#hash = begin(this.#key);
  }
}

type SourceData = string | ArrayBuffer | ArrayBufferView;

function begin(key: SourceData | undefined): Hash | Hmac {
  return key === undefined ? createHash("sha256") : createHmac("sha256", asBytes(key));
}

function asBytes(data: SourceData): string | Uint8Array {
  if (typeof data === "string") return data;
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
