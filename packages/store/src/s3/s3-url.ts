// The address of a bucket in an S3-compatible store: one URL with one endpoint or several.

/** A bucket's address, taken apart. */
export interface S3Address {
  /** The endpoints, which serve the same bucket. */
  readonly endpoints: readonly URL[];
  readonly bucket: string;
  /** What every key begins with; empty, or it ends with a slash. */
  readonly prefix: string;
  /** The region that requests are signed for. Default us-east-1. */
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** The address for people: endpoints, bucket and prefix, without the key. */
  readonly shown: string;
}

const pattern = /^s3:\/\/([^:@/?]+):([^@/?]+)@([^@/?]+)\/?\?(.+)$/;
const form = "s3://KEY:SECRET@host:port,…?bucket=NAME";
const parameterNames: readonly string[] = ["bucket", "prefix", "region", "tls"];

/** Whether a text is meant as the address of a bucket, and not as a folder's path. */
export function isS3Url(text: string): boolean {
  return /^s3:/i.test(text);
}

/**
 * Reads `s3://KEY:SECRET@host:port,host:port?bucket=NAME`, with the optional parameters `prefix`,
 * `region`, and `tls=off` for plain HTTP. Throws TypeError when the text is no such URL. The
 * message does not repeat the text, which holds a secret.
 */
export function readS3Url(text: string): S3Address {
  const [, id, secret, hosts = "", query] = pattern.exec(text) ?? [];
  const names = hosts.split(",");
  if (id === undefined || secret === undefined || names.includes("")) {
    const encode = "encode special characters of the key by percent, / as %2F";
    throw new TypeError(`a bucket of an S3 store is ${form}: ${encode}`);
  }
  const parameters = new URLSearchParams(query);
  for (const name of parameters.keys()) {
    if (!parameterNames.includes(name)) {
      throw new TypeError(`an S3 store's parameters are ${parameterNames.join(", ")}`);
    }
  }
  const bucket = parameters.get("bucket") ?? "";
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)) {
    throw new TypeError(`name the S3 store's bucket: ${form}`);
  }
  const tls = parameters.get("tls") ?? "on";
  if (tls !== "on" && tls !== "off")
    throw new TypeError("the S3 store's parameter tls is on or off");
  const prefix = (parameters.get("prefix") ?? "").replace(/\/*$/, "/").replace(/^\/+/, "");
  if (!/^[\w./-]*$/.test(prefix)) {
    throw new TypeError("the S3 store's prefix has letters, digits, and the characters . _ - /");
  }
  return {
    endpoints: names.map((host) => readEndpoint(`${tls === "on" ? "https" : "http"}://${host}`)),
    bucket,
    prefix,
    region: parameters.get("region") ?? "us-east-1",
    ...readKey(id, secret),
    shown: `s3://${hosts}?bucket=${bucket}${prefix === "" ? "" : `&prefix=${prefix}`}`,
  };
}

function readEndpoint(text: string): URL {
  if (!URL.canParse(text)) throw new TypeError(`an S3 store's endpoint is host:port, in ${form}`);
  return new URL(text);
}

function readKey(id: string, secret: string): Pick<S3Address, "accessKeyId" | "secretAccessKey"> {
  try {
    return { accessKeyId: decodeURIComponent(id), secretAccessKey: decodeURIComponent(secret) };
  } catch (cause) {
    const message = "the S3 store's key is malformed: encode its special characters by percent";
    throw new TypeError(message, { cause });
  }
}
