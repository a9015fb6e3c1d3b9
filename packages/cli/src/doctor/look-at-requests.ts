// Looks at what happens to signed requests on their way: to keys, bodies, headers and answers, and
// to a callback.
import { randomBytes } from "node:crypto";
import { lookup } from "node:dns/promises";
import { get as getHttp, type IncomingMessage } from "node:http";
import { get as getSecurely } from "node:https";
import { gunzipSync, gzipSync } from "node:zlib";
import {
  CallbackFailedError,
  type Client,
  connect,
  createClient,
  type Credentials,
  OssError,
} from "@ossicle/client";
import { describeFailure } from "./describe-failure.ts";
import { type Finding, ok, problem, warning } from "./finding.ts";

/** What doctor looks at with signed requests. */
export interface RequestPlan {
  readonly endpoint: URL;
  readonly region: string;
  readonly credentials: Credentials;
  /** Without a bucket, nothing is written. */
  readonly bucket: string | undefined;
  /** URL that an upload calls back. */
  readonly callbackUrl: string | undefined;
}

/** Larger than the bodies that nginx takes by default (1 MiB). */
const bodyBytes = 2 * 1_048_576;

/** How long a request without our client may take, in milliseconds. */
const plainWaitMs = 30_000;

/** Below it are the objects that doctor writes, and deletes again. */
const prefix = ".ossicle-doctor/";

/** A name that a proxy changes when it decodes paths or merges slashes. */
const oddName = "a+b c%2Fd//é?.txt";

const codeRemedies: Readonly<Record<string, string>> = {
  InvalidAccessKeyId: "use a key that `ossicle keys list` names, or that the first start printed",
  SignatureDoesNotMatch:
    "check the secret and the region; a proxy must pass paths and queries on unchanged",
  RequestTimeTooSkewed: "let both machines follow a time server",
  AccessDenied: "use a key that may do this",
  NoSuchBucket: "make the bucket, or name another one with --bucket",
};

/** Looks at signed requests. */
export async function* lookAtRequests(plan: RequestPlan): AsyncGenerator<Finding> {
  const { endpoint, region, credentials, bucket } = plan;
  const client = createClient({
    endpoint: endpoint.href,
    region,
    credentials,
    addressing: "path",
    attempts: 1,
  });
  const signed = await outcome("signature", () =>
    // A key may have rights on one bucket only. Its signature is verified before its rights.
    client.listBuckets({ maxKeys: 1 }).catch((cause: unknown) => {
      if (!(cause instanceof OssError) || cause.code !== "AccessDenied") throw cause;
    }),
  );
  yield signed ?? ok("signature", `the store accepts the key ${credentials.accessKeyId}`);
  if (signed !== undefined || bucket === undefined) return;
  const found = await outcome("bucket", () => client.getBucketInfo({ bucket }));
  yield found ?? ok("bucket", `${bucket} is there`);
  if (found !== undefined) return;
  yield* lookAtAddressing(plan, bucket);
  const key = `${prefix}${randomBytes(8).toString("hex")}`;
  yield* lookAtBodies(client, { bucket, key });
  yield* lookAtEncoding(client, { bucket, key });
  yield* lookAtKeys(client, { bucket, key: `${key}/${oddName}` });
  if (plan.callbackUrl !== undefined)
    yield* lookAtCallback(client, plan.callbackUrl, { bucket, key });
}

// Runs a request. Returns what is wrong; undefined when it succeeds.
async function outcome(
  subject: string,
  work: () => Promise<unknown>,
): Promise<Finding | undefined> {
  try {
    await work();
    return undefined;
  } catch (cause) {
    if (cause instanceof OssError) {
      const { code } = cause;
      const remedy = codeRemedies[code] ?? remedyOf(cause);
      return problem(subject, describe(cause), remedy);
    }
    const reason = describeFailure(cause);
    return problem(subject, `no answer comes (${reason})`, "see the store's and the proxy's log");
  }
}

/** How the client names an answer without an error document of OSS. */
const noDocument = "HttpStatus";

function describe({ status, code, message, requestId }: OssError): string {
  if (code.startsWith(noDocument)) return `${status} without an error document of OSS`;
  const id = requestId === undefined ? "" : ` (request id ${requestId})`;
  return `${status} ${code}: ${message}${id}`;
}

function remedyOf({ status = 0, code, message }: OssError): string {
  if (status === 413) return "let the proxy take large bodies: client_max_body_size 0 in nginx";
  if (status >= 502 && status <= 504)
    return "the proxy does not reach the store, or gives up early";
  if (code.startsWith(noDocument)) return "the answer is not the store's: see the proxy's log";
  if (/region/i.test(message)) return "sign for the store's region: --region";
  return "look for the request id in the store's log";
}

/** Whether our client, as most SDKs, puts the bucket into the path for this endpoint. */
export function usesPathStyle({ href }: URL): boolean {
  return connect({ endpoint: href, region: "" }).addressing === "path";
}

// Most SDKs address a bucket as a subdomain of the endpoint, unless that is an IP address.
async function* lookAtAddressing(
  { endpoint, region, credentials }: RequestPlan,
  bucket: string,
): AsyncGenerator<Finding> {
  const { hostname } = endpoint;
  if (usesPathStyle(endpoint)) {
    yield ok("addressing", "path style, as SDKs use it for this endpoint");
    return;
  }
  const name = `${bucket}.${hostname}`;
  const pathStyle = "or use path style in every SDK";
  if ((await lookup(name).catch(() => undefined)) === undefined) {
    const seen = `${name}, as most SDKs address the bucket, does not resolve`;
    yield warning("addressing", seen, `add a DNS record for *.${hostname}, ${pathStyle}`);
    return;
  }
  const client = createClient({
    endpoint: endpoint.href,
    region,
    credentials,
    addressing: "virtual",
    attempts: 1,
  });
  const found = await outcome("addressing", () => client.getBucketInfo({ bucket }));
  if (found === undefined) yield ok("addressing", `${name} and path style both work`);
  else {
    const remedy = `start the store with --base-domains ${hostname}; let a proxy keep Host`;
    yield { ...found, level: "warning", remedy: `${remedy}; ${pathStyle}` };
  }
}

interface Place {
  readonly bucket: string;
  readonly key: string;
}

async function* lookAtBodies(client: Client, place: Place): AsyncGenerator<Finding> {
  const body = Buffer.alloc(bodyBytes, "text that a proxy would compress, line by line\n");
  const stored = await outcome("upload", () =>
    // Proxies compress this type, and the store does not.
    client.putObject({ ...place, body, contentType: "text/html" }),
  );
  yield stored ?? ok("upload", `${bodyBytes / 1_048_576} MiB are stored`);
  if (stored !== undefined) return;
  let changed: string | undefined;
  const failed = await outcome("download", async () => {
    const whole = await client.getObject({ ...place, acceptEncoding: "gzip" });
    const { contentEncoding } = whole;
    if (!body.equals(await whole.bytes())) changed = "its bytes are others";
    if (contentEncoding !== undefined) changed = `it is compressed with ${contentEncoding}`;
    const part = await client.getObject({ ...place, range: "bytes=1-9" });
    if (!body.subarray(1, 10).equals(await part.bytes())) changed = "a range of it is another one";
  });
  const remedy = "let the proxy neither compress nor change answers: gzip off in nginx";
  if (failed !== undefined) yield failed;
  else if (changed === undefined) yield ok("download", "the object comes as it was stored");
  else yield problem("download", `the object comes changed: ${changed}`, remedy);
  yield* remove(client, place);
}

// A proxy that asks the store for compressed answers on its own takes a stored compression for one
// of these, and undoes it. It asks where the client did not.
async function* lookAtEncoding(client: Client, place: Place): AsyncGenerator<Finding> {
  const body = gzipSync("text that is stored compressed");
  let received: { readonly status: number; readonly body: Buffer } | undefined;
  const failed = await outcome("encoding", async () => {
    await client.putObject({ ...place, body, contentEncoding: "gzip" });
    const { url } = await client.presignGetObject(place, { expiresSeconds: 60 });
    received = await getPlainly(url);
  });
  if (failed !== undefined) yield failed;
  else if (received?.status !== 200) {
    const seen = `a presigned URL is answered with ${received?.status}`;
    yield problem("encoding", seen, "let the proxy pass queries on as they come, and see its log");
  } else if (received.body.equals(body)) {
    yield ok("encoding", "an object that is stored compressed comes as it was stored");
  } else if (!received.body.equals(gunzipSync(body))) {
    const remedy = "let the proxy pass answers on as they come";
    yield problem("encoding", "an object that is stored compressed comes with other bytes", remedy);
  } else {
    const remedy =
      "let the proxy ask for no compression of its own: `compression off` in Caddy's transport, " +
      "`Accept-Encoding: identity` in Traefik";
    yield problem("encoding", "an object that is stored compressed comes unpacked", remedy);
  }
  yield* remove(client, place);
}

// Without Accept-Encoding, which fetch always sends.
async function getPlainly(
  url: string,
): Promise<{ readonly status: number; readonly body: Buffer }> {
  const get = url.startsWith("https:") ? getSecurely : getHttp;
  const signal = AbortSignal.timeout(plainWaitMs);
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(url, { signal }, resolve).on("error", reject);
  });
  return { status: response.statusCode ?? 0, body: Buffer.concat(await response.toArray()) };
}

async function* lookAtKeys(client: Client, place: Place): AsyncGenerator<Finding> {
  const failed = await outcome("odd keys", async () => {
    await client.putObject({ ...place, body: "x" });
    await client.headObject(place);
  });
  const remedy =
    "let the proxy pass paths on as they come: no URI in nginx's proxy_pass, merge_slashes off";
  yield failed === undefined
    ? ok("odd keys", "a key with spaces, %2F, // and é arrives unchanged")
    : { ...failed, remedy };
  if (failed === undefined) yield* remove(client, place);
}

async function* lookAtCallback(
  client: Client,
  callbackUrl: string,
  place: Place,
): AsyncGenerator<Finding> {
  const callback = { url: callbackUrl, body: "doctor=1&object=${object}" };
  try {
    const { callback: answer } = await client.putObject({ ...place, body: "x", callback });
    yield ok("callback", `${callbackUrl} answers ${answer?.text() ?? ""}`);
  } catch (cause) {
    if (!(cause instanceof OssError)) throw cause;
    const remedy =
      cause instanceof CallbackFailedError
        ? `run \`ossicle deliveries show ${cause.requestId ?? "ID"}\` on the store's machine`
        : "private addresses need --callback-targets; a host needs a dot, except localhost";
    yield problem("callback", `${describe(cause)}, EC ${cause.ec ?? "none"}`, remedy);
  }
  yield* remove(client, place);
}

// In a bucket with versions, a deletion alone would leave them and a marker.
async function* remove(client: Client, { bucket, key }: Place): AsyncGenerator<Finding> {
  const failed = await outcome("clean-up", async () => {
    const versions: string[] = [];
    for await (const { value } of client.allVersions({ bucket, prefix: key })) {
      if (value.key === key && value.versionId !== undefined) versions.push(value.versionId);
    }
    for (const versionId of versions) await client.deleteObject({ bucket, key, versionId });
  });
  if (failed !== undefined) yield { ...failed, remedy: `delete ${key} yourself` };
}
