// Sends requests to the endpoints of an S3 store. A request that an endpoint does not answer goes
// to the next one. A request can be repeated, because keys and bytes never change. An attempt that
// seems to have failed may however take effect later.
import type { Readable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { createHash } from "node:crypto";
import { Pool } from "undici";
import { errorMessage } from "../error-facts.ts";
import { StoreUnavailableError } from "../store-unavailable-error.ts";
import { parseDocument, type S3Document, textOf } from "./s3-document.ts";
import { s3Signer, type SignRequest } from "./s3-signer.ts";
import type { S3Address } from "./s3-url.ts";

/** Longest time to connect to an endpoint, in milliseconds. */
const connectTimeoutMs = 3_000;

/**
 * Longest wait for an answer, and for the next bytes of one, in milliseconds. A healthy store takes
 * milliseconds. Ceph holds requests back while too few of its disks serve.
 */
const answerTimeoutMs = 10_000;

/** Time after which a request is not tried again, in milliseconds. */
const defaultTryForMs = 8_000;

/** How long an endpoint that failed comes last, in milliseconds. */
const avoidForMs = 2_000;

/** Pause before every endpoint is tried again, in milliseconds. It doubles each time. */
const firstPauseMs = 50;
const longestPauseMs = 1_000;

/** Longest time to read a document, in milliseconds. */
const documentTimeoutMs = 30_000;

/** Largest document that a store may answer with, in bytes. A page of a listing has 1,000 keys. */
const maxDocumentBytes = 4_194_304;

const emptySha256: string = createHash("sha256").digest("hex");

/** A body that can be sent several times. */
export interface S3Body {
  readonly lengthBytes: number;
  /** SHA-256 of the bytes, in hex. The store refuses other bytes. */
  readonly sha256: string;
  readonly open: () => Readable | Uint8Array;
}

/** A body that is in memory. */
export function bodyOfBytes(bytes: Uint8Array): S3Body {
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { lengthBytes: bytes.length, sha256, open: () => bytes };
}

/** A request. */
export interface S3Request {
  readonly method: "GET" | "HEAD" | "PUT" | "POST" | "DELETE";
  /** The object's key, without the prefix; undefined for the bucket. */
  readonly key?: string | undefined;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: S3Body;
  /** Time after which it is not tried again, in milliseconds. Default 8 s. */
  readonly tryForMs?: number;
  /** Ends the attempt that is under way, and the tries. */
  readonly signal?: AbortSignal;
  /**
   * What shows that the S3 store has answered, and not a proxy: an ETag, or the document's root
   * element. An answer without it counts as a failed attempt.
   */
  readonly expects?: "etag" | "InitiateMultipartUploadResult" | "ListBucketResult" | UploadsRoot;
}

type UploadsRoot = "CompleteMultipartUploadResult" | "ListMultipartUploadsResult";

/** What an answer became. */
export interface Sent<T> {
  readonly result: T;
  /**
   * How many attempts failed before. The store may still carry one of them out later, even after
   * the request that succeeded.
   */
  readonly failures: number;
}

/** An answer, whose body is not read yet. */
export interface S3Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Readable;
}

/** The store refused a request. A retry may succeed: a quota was raised, a key was restored. */
export class S3RefusedError extends StoreUnavailableError {
  override readonly name: string = "S3RefusedError";
  /** The store's code: `NoSuchKey`. */
  readonly code: string;
  readonly status: number;

  constructor({ code, status, what }: Pick<S3RefusedError, "code" | "status"> & { what: string }) {
    const remedy = code === "NoSuchBucket" ? ": make the bucket" : "";
    super(`the S3 store refused ${what}: ${status} ${code}${remedy}`);
    this.code = code;
    this.status = status;
  }
}

interface Endpoint {
  readonly url: URL;
  readonly pool: Pool;
  /** When the endpoint may come first again, by `performance.now()`. */
  avoidUntilMs: number;
}

/** A client of one bucket. */
export class S3Client {
  readonly #address: S3Address;
  readonly #endpoints: readonly Endpoint[];
  readonly #sign: SignRequest;
  readonly #tryForMs: number;
  #next = 0;

  /** A request without a time of its own is tried for `tryForMs`. */
  constructor(address: S3Address, tryForMs: number = defaultTryForMs) {
    this.#address = address;
    this.#tryForMs = tryForMs;
    this.#sign = s3Signer(address);
    this.#endpoints = address.endpoints.map((url) => ({
      url,
      pool: openPool(url),
      avoidUntilMs: 0,
    }));
  }

  /**
   * Sends a request until an endpoint answers with less than 500, and returns what `use` makes of
   * the answer. `use` must read the body to its end or destroy it. When it throws, the attempt has
   * failed, unless it throws S3RefusedError. Throws StoreUnavailableError when no attempt succeeds
   * in time, and S3RefusedError, which is one, when the store refuses the request.
   */
  async send<T>(request: S3Request, use: (answer: S3Answer) => Promise<T>): Promise<Sent<T>> {
    const { tryForMs = this.#tryForMs, signal } = request;
    const lastTryMs = performance.now() + tryForMs;
    let pauseMs = firstPauseMs;
    let failures = 0;
    for (;;) {
      let problem: unknown;
      for (const endpoint of this.#inTurn()) {
        try {
          const answer = await this.#try(endpoint, request);
          if (!isFailure(answer.status)) return { result: await use(answer), failures };
          problem = new Error(await codeOf(answer));
        } catch (cause) {
          if (cause instanceof S3RefusedError) throw cause;
          problem = cause;
        }
        failures += 1;
        endpoint.avoidUntilMs = performance.now() + avoidForMs;
        if (performance.now() > lastTryMs || signal?.aborted === true) {
          throw unavailable(request, endpoint, problem);
        }
      }
      await pause(pauseMs * (0.5 + Math.random() / 2));
      pauseMs = Math.min(2 * pauseMs, longestPauseMs);
    }
  }

  /**
   * Sends a request, and reads the answer's document. Throws S3RefusedError for a status of 300 or
   * above, and StoreUnavailableError as {@link S3Client.send} does.
   */
  async call(request: S3Request): Promise<S3Document & { readonly failures: number }> {
    const { result, failures } = await this.send(request, async (answer) => {
      if (answer.status >= 300) throw await refusal(request, answer);
      const root = parseDocument(await readText(answer.body));
      // CompleteMultipartUpload begins its answer before it has succeeded.
      if (root?.name === "Error") {
        const code = textOf(root, "Code");
        throw new S3RefusedError({ code, status: answer.status, what: nameOf(request) });
      }
      requireExpected(request, { root, headers: answer.headers });
      return { root, headers: answer.headers };
    });
    return { ...result, failures };
  }

  /** Ends every connection. */
  async close(): Promise<void> {
    await Promise.all(this.#endpoints.map(({ pool }) => pool.destroy()));
  }

  // Endpoints take turns. One that failed lately comes last.
  #inTurn(): readonly Endpoint[] {
    this.#next = (this.#next + 1) % this.#endpoints.length;
    const turned = [...this.#endpoints.slice(this.#next), ...this.#endpoints.slice(0, this.#next)];
    const nowMs = performance.now();
    const isAvoided = ({ avoidUntilMs }: Endpoint): boolean => avoidUntilMs > nowMs;
    return [...turned.filter((one) => !isAvoided(one)), ...turned.filter(isAvoided)];
  }

  async #try(
    { url, pool }: Endpoint,
    { method, key, query = {}, headers = {}, body, tryForMs, signal }: S3Request,
  ): Promise<S3Answer> {
    const { bucket, prefix } = this.#address;
    const path = key === undefined ? `/${bucket}` : `/${bucket}/${prefix}${key}`;
    const signed = await this.#sign({
      method,
      endpoint: url,
      path,
      query,
      headers: {
        ...headers,
        "x-amz-content-sha256": body?.sha256 ?? emptySha256,
        ...(body === undefined ? {} : { "content-length": String(body.lengthBytes) }),
      },
    });
    const answer = await pool.request({
      method,
      path,
      query,
      headers: signed,
      body: body?.open() ?? null,
      headersTimeout: Math.min(answerTimeoutMs, tryForMs ?? Infinity),
      bodyTimeout: Math.min(answerTimeoutMs, tryForMs ?? Infinity),
      signal: signal ?? null,
    });
    answer.body.on("error", () => undefined); // reading the body reports it
    return { status: answer.statusCode, headers: answer.headers, body: answer.body };
  }
}

function requireExpected({ expects }: S3Request, { root, headers }: S3Document): void {
  const isThere = expects === "etag" ? headers["etag"] !== undefined : root?.name === expects;
  if (expects !== undefined && !isThere)
    throw new Error(`it sent no ${expects}: is it an S3 store?`);
}

/** The error of an answer with a status of 300 or above. Reads its body. */
export async function refusal(request: S3Request, answer: S3Answer): Promise<S3RefusedError> {
  const { status } = answer;
  return new S3RefusedError({ code: await codeOf(answer), status, what: nameOf(request) });
}

async function codeOf({ status, body }: S3Answer): Promise<string> {
  const text = await readText(body);
  return /<Code>([^<]+)<\/Code>/.exec(text)?.[1] ?? `status ${status}`;
}

/** Reads a body as text. Throws when it is too long, or takes too long. */
export async function readText(body: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const late = new Error("the S3 store's answer takes too long");
  const timer = setTimeout(() => body.destroy(late), documentTimeoutMs);
  try {
    for await (const chunk of body) {
      const buffer = chunk as Buffer;
      bytes += buffer.length;
      if (bytes > maxDocumentBytes) throw new Error("the S3 store's answer is too long");
      chunks.push(buffer);
    }
  } finally {
    clearTimeout(timer);
  }
  return Buffer.concat(chunks).toString("utf8").trimStart();
}

function isFailure(status: number): boolean {
  return status === 500 || status === 502 || status === 503 || status === 504 || status === 429;
}

function nameOf({ method, key }: S3Request): string {
  return `${method} ${key ?? "of the bucket"}`;
}

function unavailable(request: S3Request, { url }: Endpoint, cause: unknown): StoreUnavailableError {
  const what = `${nameOf(request)} at ${url.host}: ${errorMessage(cause)}`;
  return new StoreUnavailableError(`the S3 store did not answer ${what}`, { cause });
}

// The server bounds its own connections, and each needs at most two here. A smaller number here
// would let stalled downloads block other requests.
function openPool(url: URL): Pool {
  return new Pool(url.origin, {
    connect: { timeout: connectTimeoutMs },
    pipelining: 1,
  });
}
