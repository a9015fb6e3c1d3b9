// Sends one delivery: its URLs in order until the first success, each within the sender's timeout,
// without retry or redirect (callback documentation). The documentation does not say which of
// several failures is reported; here it is the last.
import { createHash } from "node:crypto";
import type { Tracer } from "@opentelemetry/api";
import {
  callbackFailed,
  type CallbackUrl,
  checkReplyBody,
  checkReplyHead,
  OssError,
  parseCallbackUrl,
  type ReplyRules,
} from "@ossicle/protocol";
import type { Clock } from "../../time/clock.ts";
import { startAttempt, type TracedCallback } from "./tracing.ts";
import type { Admission } from "./admission.ts";
import { Deadline } from "./deadline.ts";
import type { CallbackSigner } from "./signer.ts";
import type { CallbackReply, HeardHead, Listener, Stage, Transport } from "./transport.ts";
import type { WebhookSigner } from "./webhook-signer.ts";
import { type AttemptFacts, isTimeout, refusalOf, verdictOf } from "./verdict.ts";
import { type Delivery, type DeliveryOutcome, endpointOfUrl } from "../deliveries/delivery.ts";
import type { AttemptRecord } from "../../objects/records/delivery-record.ts";

/**
 * Time for one URL, from the name's resolution to the last byte of the answer, in milliseconds
 * (documentation: 5 s).
 */
export const callbackTimeoutMs = 5_000;

/**
 * The error of a callback that is not sent, because too many are under way or its endpoint's
 * circuit is open (EC 0007-00000201, with OSS's message).
 */
export function notSentError(): OssError<"CallbackFailed"> {
  return callbackFailed("Too many callback requests.", "0007-00000201");
}

/** EC of a callback that timed out (docs/reference/protocol/callbacks.md). */
const timeoutEc = "0007-00000202";

/**
 * Most bytes of an answer that are decoded for the record: as much as the 2,048 characters that it
 * keeps may take.
 */
const maxExcerptBytes = 8_192;

/** What sending needs. */
export interface Sender {
  readonly transport: Transport;
  readonly signer: CallbackSigner;
  /** URL of the public key, sent in `x-oss-pub-key-url`. */
  readonly publicKeyUrl: string;
  /** Signs the headers of Standard Webhooks, where the delivery's policy turns them on. */
  readonly webhooks: Pick<WebhookSigner, "headers">;
  readonly clock: Clock;
  /** Time for one URL; {@link callbackTimeoutMs} whenever an uploader waits. */
  readonly timeoutMs: number;
  /** Decides whether an endpoint may be called. If not, the next URL is tried. */
  readonly admission: Pick<Admission, "refuseAttempt" | "attempt">;
  /** How answers are judged. */
  readonly rules: ReplyRules;
  /** Makes spans, where traces are asked for. */
  readonly tracer?: Tracer | undefined;
  /** Called with the headers of each request: names and values in turn. */
  readonly onRequest?: (headers: readonly string[]) => void;
}

/** Sends a delivery and judges the answers. Never throws. */
export async function send(sender: Sender, delivery: Delivery): Promise<DeliveryOutcome> {
  const attempts: AttemptRecord[] = [];
  let failure: OssError | undefined;
  for (const url of delivery.record.urls) {
    const attempt = await attemptUrl(sender, delivery, url);
    attempts.push(attempt.record);
    if ("reply" in attempt) {
      const { body, mediaType } = attempt.reply;
      return { kind: "delivered", attempts, body, contentType: mediaType };
    }
    ({ failure } = attempt);
  }
  failure ??= callbackFailed("Error status : 502.", "0007-00000203"); // only without a URL
  return { kind: "failed", attempts, message: failure.message, ec: failure.ec };
}

type GoodReply = CallbackReply & { readonly mediaType: "application/json" | "application/xml" };

type Attempt =
  | { readonly record: AttemptRecord; readonly reply: GoodReply }
  | { readonly record: AttemptRecord; readonly failure: OssError };

async function attemptUrl(sender: Sender, delivery: Delivery, text: string): Promise<Attempt> {
  const url = parseCallbackUrl(text);
  const notes = new AttemptNotes(sender.clock(), text, sender.rules);
  if (url === undefined) {
    const failure = transportFailure(new Error(`${text} is no callback URL`));
    return { record: { ...notes.record(), error: failure.message }, failure };
  }
  const { admission } = sender;
  const endpoint = endpointOfUrl(text);
  const reason = admission.refuseAttempt(endpoint);
  if (reason !== undefined) {
    const failure = notSentError();
    return { record: { ...notes.record(), error: failure.message, reason }, failure };
  }
  const span = sender.tracer && startAttempt(sender.tracer, tracedBy(delivery, text));
  const signature = text === delivery.record.urls[0] ? delivery.signature : undefined;
  const one = { url, signature, notes, traceparent: span?.traceparent };
  const attempt = await admission.attempt(
    endpoint,
    () => attemptOnce(sender, delivery, one),
    (made) => "failure" in made && made.failure.ec === timeoutEc,
  );
  span?.end(attempt.record);
  return attempt;
}

function tracedBy({ id, record }: Delivery, url: string): TracedCallback {
  return { id, parent: record.traceparent, url: url.split("?", 1)[0] ?? url };
}

interface OneAttempt {
  readonly url: CallbackUrl;
  /** The signature that was made with the upload, where there is one. */
  readonly signature: Promise<string> | undefined;
  readonly notes: AttemptNotes;
  readonly traceparent: string | undefined;
}

async function attemptOnce(sender: Sender, delivery: Delivery, one: OneAttempt): Promise<Attempt> {
  const { url, notes } = one;
  try {
    const reply = await sendTo(sender, delivery, one);
    return { record: notes.record(), reply };
  } catch (cause) {
    const failure = cause instanceof OssError ? cause : transportFailure(cause);
    const reason = verdictOf(cause, {
      url,
      sni: delivery.record.sni,
      timeoutMs: sender.timeoutMs,
      ...notes.facts(),
    });
    return { record: { ...notes.record(), error: failure.message, reason }, failure };
  }
}

/** Collects the stages and the answer of an attempt while it is under way. */
class AttemptNotes implements Listener {
  readonly #atMs: number;
  readonly #url: string;
  readonly #rules: ReplyRules;
  readonly #startedMs = performance.now();
  readonly #reached = new Map<Stage, number>();
  #head: HeardHead | undefined;
  #body: Buffer | undefined;

  constructor(atMs: number, url: string, rules: ReplyRules) {
    this.#atMs = atMs;
    this.#url = url;
    this.#rules = rules;
  }

  readonly stage = (stage: Stage): void => {
    if (!this.#reached.has(stage)) this.#reached.set(stage, this.#sinceStart());
  };

  readonly head = (head: HeardHead): void => {
    this.#head = head;
    checkReplyHead(head, this.#rules);
  };

  readonly refused = (excerpt: Buffer): void => {
    this.#body = excerpt;
  };

  /** Keeps the body of an answer whose head was accepted. */
  hear(body: Buffer): void {
    this.#body = body;
  }

  facts(): Pick<AttemptFacts, "reached" | "head" | "body"> {
    return { reached: new Set(this.#reached.keys()), head: this.#head, body: this.#body };
  }

  record(): AttemptRecord {
    const stages = Object.fromEntries(
      [...this.#reached].map(([stage, tookMs]) => [`${stage}Ms`, tookMs]),
    );
    const head = this.#head;
    return {
      atMs: this.#atMs,
      url: this.#url,
      tookMs: this.#sinceStart(),
      stages,
      ...(head === undefined
        ? {}
        : {
            status: head.status,
            reply: {
              headers: head.headers,
              body: this.#body === undefined ? "" : excerptOf(this.#body),
            },
          }),
    };
  }

  // Milliseconds, rounded to tenths.
  #sinceStart(): number {
    return Math.round((performance.now() - this.#startedMs) * 10) / 10;
  }
}

// Drops a character at the end that is cut off.
function excerptOf(body: Buffer): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(body.subarray(0, maxExcerptBytes), {
    stream: true,
  });
}

async function sendTo(
  sender: Sender,
  delivery: Delivery,
  { url, signature, notes, traceparent }: OneAttempt,
): Promise<GoodReply> {
  const own = await requestHeaders(sender, delivery, { url, signature });
  const headers = traceparent === undefined ? own : [...own, "traceparent", traceparent];
  sender.onRequest?.(headers);
  const deadline = new Deadline(sender.timeoutMs);
  try {
    const reply = await sender.transport.send({
      destination: {
        host: url.host,
        port: url.port,
        secure: url.scheme === "https",
        sni: delivery.record.sni,
      },
      target: url.path + url.query,
      headers,
      body: delivery.body,
      deadline,
      listener: notes,
    });
    notes.hear(reply.body);
    return { ...reply, mediaType: checkReplyBody(reply, reply.body) };
  } finally {
    deadline.lift();
  }
}

/** The headers of a request to a delivery's first URL, if it were sent now. */
export async function headersNow(sender: Sender, delivery: Delivery): Promise<readonly string[]> {
  const url = parseCallbackUrl(delivery.record.urls[0] ?? "");
  return url === undefined ? [] : requestHeaders(sender, delivery, { url, signature: undefined });
}

// The headers of a captured callback (CAP-A), in its order. Host lacks the port, as in the API
// reference's sample of 2021.
async function requestHeaders(
  { signer, publicKeyUrl, webhooks, clock }: Sender,
  { id, record, body }: Delivery,
  { url, signature }: Pick<OneAttempt, "url" | "signature">,
): Promise<readonly string[]> {
  const isSigned = record.policy?.webhookSignature === true;
  // An uploader's additional headers must not replace those that the store sets and the application
  // trusts.
  const additional = Object.entries(record.additionalHeaders).filter(
    ([name]) => name !== "traceparent" && !(isSigned && name.startsWith("webhook-")),
  );
  const requester: readonly (readonly [string, string])[] =
    record.requester === undefined ? [] : [["x-oss-requester", record.requester]];
  const pairs: readonly (readonly [string, string])[] = [
    ["Host", record.host ?? url.host],
    ["Content-Length", String(body.length)],
    ["Authorization", await (signature ?? signer.sign(url.path + url.query, body))],
    ["Content-MD5", createHash("md5").update(body).digest("base64")],
    ["Content-Type", record.bodyType],
    ["Date", new Date(clock()).toUTCString()],
    ["User-Agent", "aliyun-oss-callback"],
    ["x-oss-additional-headers", additional.map(([name]) => name).join(";")],
    ["x-oss-bucket", record.bucket],
    ["x-oss-owner", record.owner],
    ["x-oss-pub-key-url", Buffer.from(publicKeyUrl).toString("base64")],
    ["x-oss-request-id", id],
    ...requester,
    ["x-oss-signature-version", "1.0"],
    ["x-oss-tag", "CALLBACK"],
    ...additional,
  ];
  if (!isSigned) return pairs.flat();
  return [...pairs.flat(), ...(await webhooks.headers({ id, bucketId: record.bucketId, body }))];
}

// 502 means that no answer came, -1 that the address may not be called. A timeout has a message of
// its own.
function transportFailure(cause: unknown): OssError {
  if (isTimeout(cause)) return callbackFailed("Cost too long time.", timeoutEc, cause);
  if (refusalOf(cause) !== undefined) {
    const message = "Error status : -1. OSS can not connect to your callbackUrl, please check it.";
    return callbackFailed(message, "0007-00000203", cause);
  }
  return callbackFailed("Error status : 502.", "0007-00000203", cause);
}
