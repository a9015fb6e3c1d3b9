// A server's pipeline over the model adapters, for tests: no socket, no file, and a clock that the
// test moves.
import {
  type Credentials,
  type HostRules,
  type SigningOptions,
  signHeaders,
  utf8ToBinary,
} from "@ossicle/protocol";
import {
  ModelBlobStore,
  ModelMetadataStore,
  type Scheduler,
  type Trouble,
} from "../../../store/src/testing.ts";
import { pino } from "pino";
import { Accounts } from "../accounts/accounts.ts";
import { StoreMasterKeys } from "../accounts/master-keys.ts";
import { SecretBox } from "../accounts/secret-box.ts";
import { Callbacks, type CallbacksOptions, maxCallbacksUnderWay } from "../callback/callbacks.ts";
import type { AfterCrash } from "../configuration/delivery-policy.ts";
import { Guard } from "../callback/sending/guard.ts";
import { loadSigner } from "../callback/sending/signer.ts";
import { parseTargetPolicy } from "../configuration/target-policy.ts";
import { CallbackTransport } from "../callback/sending/transport.ts";
import { type DeliveryPolicy, exactPolicy } from "../configuration/delivery-policy.ts";
import { WebhookSigner } from "../callback/sending/webhook-signer.ts";
import { createMemory, defaultBodyMemory, defaultUnverifiedMemory } from "../memory/memory.ts";
import { ImageCache } from "../images/image-cache.ts";
import { ImageProcesses } from "../images/image-processes.ts";
import { AccessTimes } from "../maintenance/lifecycle/access-times.ts";
import { AccessLog } from "../logging/access-log.ts";
import { BucketHints } from "../objects/buckets/bucket-hints.ts";
import { BucketStats } from "../objects/buckets/bucket-stats.ts";
import { Hashing } from "../objects/bytes/hashing.ts";
import { EncryptionKeys } from "../objects/encryption/encryption-keys.ts";
import { KeyQueue } from "../objects/versions/key-queue.ts";
import { metaQueryLimits } from "../operations/bucket/do-meta-query.ts";
import { QueryLimiter } from "../memory/query-limiter.ts";
import { SelectThread } from "../select/select-thread.ts";
import type { OperationServices } from "../operations/operation-services.ts";
import { handle } from "../request/handle.ts";
import type { RequestMessage } from "../http/message.ts";

const modelAccountId = "1234567890123456";

/** The credentials of the model's own account. */
export const modelCredentials = { accessKeyId: "ak", accessKeySecret: "sk" } as const;

/** The answer to a request, with its whole body. */
export interface ModelAnswer {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly bytes: Uint8Array;
  /** The error's code, when the body or `x-oss-err` is an error document. */
  readonly code: string | undefined;
  readonly ec: string | undefined;
}

/** A request in short form. */
export interface ModelRequest {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Chunked: no length is known. */
  readonly chunked?: boolean;
  /** The Content-Length that the request sends; `none` sends neither a length nor chunks. */
  readonly claimedBytes?: number | "none";
  readonly anonymous?: boolean;
  /** Default {@link modelCredentials}. */
  readonly credentials?: Credentials;
  /** Default V4. */
  readonly signature?: "V1" | "V4";
}

/** The services of a model. */
export interface ModelServices extends OperationServices {
  readonly accessTimes: AccessTimes;
}

/** A pipeline that a test sends requests to. */
export interface ModelPipeline {
  readonly services: ModelServices;
  readonly metadata: ModelMetadataStore;
  readonly clock: { ms: number };
  readonly ask: (request: ModelRequest) => Promise<ModelAnswer>;
  /** Sends a request with the given headers, without signing it. */
  readonly askRaw: (request: ModelRequest) => Promise<ModelAnswer>;
}

const hosts: HostRules = { baseDomains: ["localhost"], customDomains: new Map() };

/** Makes a pipeline. */
export async function modelPipeline(
  options: {
    readonly scheduler?: Scheduler;
    readonly trouble?: Trouble;
    readonly inlineLimitBytes?: number;
    readonly afterCrash?: AfterCrash;
    readonly maxUnderWay?: number;
    readonly policy?: DeliveryPolicy;
    readonly circuitThreshold?: number;
    /** How long uploads guess their bucket, in milliseconds; 0 by default. */
    readonly guessForMs?: number;
    /** Another pipeline, whose stores and clock this one shares, as a second process does. */
    readonly beside?: ModelPipeline;
  } = {},
): Promise<ModelPipeline> {
  const { beside } = options;
  const clock = beside?.clock ?? { ms: Date.parse("2026-11-22T12:00:00.000Z") };
  const metadata = beside?.metadata ?? new ModelMetadataStore(options.scheduler, options.trouble);
  const blobs = beside?.services.blobs ?? new ModelBlobStore(options.scheduler);
  const services = await modelServices(metadata, blobs, {
    clock: () => clock.ms,
    inlineLimitBytes: options.inlineLimitBytes ?? 64,
    afterCrash: options.afterCrash ?? "resend",
    maxUnderWay: options.maxUnderWay ?? maxCallbacksUnderWay,
    policy: options.policy ?? exactPolicy,
    circuitThreshold: options.circuitThreshold ?? 0,
    guessForMs: options.guessForMs ?? 0,
  });
  const pipeline = {
    services,
    hosts,
    endpoint: () => ({ scheme: "http" as const, endpoint: "127.0.0.1:9650", byHost: false }),
  };
  const askRaw = async (request: ModelRequest): Promise<ModelAnswer> => {
    const answer = await handle(pipeline, messageOf(request));
    answer.facts.onSent?.({ status: answer.status, tookMs: 0 });
    const chunks: Uint8Array[] = [];
    if (answer.body instanceof Uint8Array) chunks.push(answer.body);
    else for await (const chunk of answer.body ?? []) chunks.push(chunk);
    const headers: Record<string, string> = {};
    for (let at = 0; at < answer.headers.length; at += 2) {
      headers[(answer.headers[at] ?? "").toLowerCase()] = answer.headers[at + 1] ?? "";
    }
    const bytes = Buffer.concat(chunks);
    const body = bytes.toString();
    const document = Buffer.from(headers["x-oss-err"] ?? "", "base64").toString() || body;
    const code = /<Error><Code>(\w+)</.exec(document)?.[1];
    return { status: answer.status, headers, body, bytes, code, ec: headers["x-oss-ec"] };
  };
  const ask = async (request: ModelRequest): Promise<ModelAnswer> => {
    if (request.anonymous === true) return askRaw(request);
    const signing: SigningOptions = {
      credentials: request.credentials ?? modelCredentials,
      version: request.signature ?? "V4",
      region: "cn-hangzhou",
      now: new Date(clock.ms),
    };
    return askRaw({ ...request, headers: await signed(request, signing) });
  };
  return { services, metadata, clock, ask, askRaw };
}

async function signed(
  request: ModelRequest,
  options: SigningOptions,
): Promise<Readonly<Record<string, string>>> {
  const [path = "", query = ""] = request.path.split("?", 2);
  const resource = decodeURIComponent(
    path.split("/").length === 2 && path !== "/" ? `${path}/` : path,
  );
  const own = Object.entries(request.headers ?? {});
  const parameters = query
    .split("&")
    .filter((part) => part !== "")
    .map((part) => {
      const [name = "", value = ""] = part
        .split("=", 2)
        .map((text) => utf8ToBinary(decodeURIComponent(text)));
      return { name, value };
    });
  const added = await signHeaders(
    { method: request.method, resource: utf8ToBinary(resource), query: parameters, headers: own },
    options,
  );
  return Object.fromEntries([...own, ...added]);
}

function messageOf(request: ModelRequest): RequestMessage {
  const body = Buffer.from(request.body ?? "");
  const { chunked, claimedBytes = body.length } = request;
  const headers: Record<string, string> = { host: "127.0.0.1:9650" };
  if (chunked === true) headers["transfer-encoding"] = "chunked";
  else if (claimedBytes !== "none") headers["content-length"] = String(claimedBytes);
  for (const [name, value] of Object.entries(request.headers ?? {}))
    headers[name.toLowerCase()] = value;
  return {
    method: request.method,
    target: request.path,
    headers,
    body: {
      lengthBytes: chunked === true ? undefined : claimedBytes === "none" ? 0 : claimedBytes,
      chunks: pieces(body),
    },
    clientIp: "192.0.2.1",
  };
}

async function* pieces(body: Buffer): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  const piece = body.length > 10_000 ? 10_000 : 50;
  for (let at = 0; at < body.length; at += piece) yield body.subarray(at, at + piece);
}

async function modelServices(
  metadata: ModelMetadataStore,
  blobs: OperationServices["blobs"],
  options: Pick<
    CallbacksOptions,
    "clock" | "afterCrash" | "maxUnderWay" | "policy" | "circuitThreshold"
  > & {
    readonly inlineLimitBytes: number;
    readonly guessForMs: number;
  },
): Promise<ModelServices> {
  const log = pino({ level: "silent" });
  const policy = parseTargetPolicy("public,private");
  if (policy === undefined) throw new Error("the policy cannot be read");
  const guard = new Guard(policy);
  const hints = new BucketHints(modelAccountId, {
    guessForMs: options.guessForMs,
    now: options.clock,
  });
  const queue = new KeyQueue();
  const box = new SecretBox(Buffer.alloc(32, 7));
  const encryptionKeys = new EncryptionKeys({
    metadata,
    masters: new StoreMasterKeys(box, undefined),
    clock: options.clock,
    accountId: modelAccountId,
  });
  const storing = {
    metadata,
    blobs,
    encryptionKeys,
    clock: options.clock,
    log,
    hashing: await Hashing.create(),
    hints,
    queue,
    room: { require: () => Promise.resolve() },
    memory: createMemory({
      bodyMemory: defaultBodyMemory,
      unverifiedMemory: defaultUnverifiedMemory,
    }),
    inlineLimitBytes: options.inlineLimitBytes,
  };
  return {
    ...storing,
    accessLog: new AccessLog(storing),
    accessTimes: new AccessTimes(storing),
    images: { processes: new ImageProcesses(), cache: new ImageCache() },
    select: new SelectThread(),
    metaQueries: new QueryLimiter(metaQueryLimits),
    accounts: new Accounts({
      metadata,
      clock: options.clock,
      owner: { id: modelAccountId, displayName: "owner" },
      credentials: modelCredentials,
      box,
    }),
    stats: new BucketStats(options.clock),
    callbacks: new Callbacks({
      metadata,
      hints,
      queue,
      guard,
      transport: new CallbackTransport(guard, "close"),
      signer: await loadSigner(new ModelMetadataStore(), 1_024),
      webhooks: new WebhookSigner(metadata, box, options.clock),
      afterCrash: options.afterCrash,
      maxUnderWay: options.maxUnderWay,
      policy: options.policy,
      circuitThreshold: options.circuitThreshold,
      random: () => 1,
      uptime: options.clock,
      monotonic: options.clock,
      publicKeyUrl: () => "http://127.0.0.1:9650/_ossicle/callback-keys/k.pem",
      clock: options.clock,
      log,
    }),
    region: "cn-hangzhou",
    restoreDelayMs: 60_000,
  };
}
