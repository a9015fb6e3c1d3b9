// Sends one delivery: its URLs in order until the first success, five seconds each, no retry, no redirect (callback
// documentation §3). Which failure is reported after several, the documentation leaves open: here the last.
import { createHash } from "node:crypto";
import {
  callbackFailed,
  type CallbackUrl,
  checkReplyBody,
  OssError,
  parseCallbackUrl,
} from "@ossicle/protocol";
import type { Clock } from "../services.ts";
import type { AttemptRecord, Delivery, DeliveryOutcome } from "./delivery.ts";
import { Deadline } from "./deadline.ts";
import { TargetRefusedError } from "./guard.ts";
import type { CallbackSigner } from "./signer.ts";
import type { CallbackReply, CallbackTransport } from "./transport.ts";

/** Time for one URL, from the name's resolution to the last byte of the answer, in milliseconds (documentation: 5 s). */
export const callbackTimeoutMs = 5_000;

/** What sending needs. */
export interface Sender {
  readonly transport: CallbackTransport;
  readonly signer: CallbackSigner;
  /** Where the public key is served; goes out in `x-oss-pub-key-url`. */
  readonly publicKeyUrl: string;
  readonly clock: Clock;
}

/** Sends a delivery and judges the answers. Never throws. */
export async function send(sender: Sender, delivery: Delivery): Promise<DeliveryOutcome> {
  const attempts: AttemptRecord[] = [];
  let failure: OssError | undefined;
  for (const url of delivery.record.urls) {
    const atMs = sender.clock();
    try {
      const reply = await sendTo(sender, delivery, url);
      attempts.push({ atMs, url, tookMs: sender.clock() - atMs, status: reply.status });
      return { kind: "delivered", attempts, body: reply.body, contentType: reply.mediaType };
    } catch (cause) {
      failure = cause instanceof OssError ? cause : transportFailure(cause);
      const status = /^Error status : (\d{3})\.$/.exec(failure.message)?.[1];
      attempts.push({
        atMs,
        url,
        tookMs: sender.clock() - atMs,
        ...(status === undefined || !(cause instanceof OssError) ? {} : { status: Number(status) }),
        error: failure.message,
        reason: explain(cause),
      });
    }
  }
  failure ??= callbackFailed("Error status : 502.", "0007-00000203"); // no record is without a URL
  return { kind: "failed", attempts, message: failure.message, ec: failure.ec };
}

async function sendTo(
  sender: Sender,
  delivery: Delivery,
  url: string,
): Promise<CallbackReply & { mediaType: "application/json" | "application/xml" }> {
  const parsed = parseCallbackUrl(url);
  if (parsed === undefined) throw new Error(`${url} is no callback URL`);
  const target = parsed.path + parsed.query;
  const headers = await requestHeaders(sender, delivery, parsed);
  const deadline = new Deadline(callbackTimeoutMs);
  try {
    const reply = await sender.transport.send({
      destination: {
        host: parsed.host,
        port: parsed.port,
        secure: parsed.scheme === "https",
        sni: delivery.record.sni,
      },
      target,
      headers,
      body: delivery.body,
      deadline,
    });
    return { ...reply, mediaType: checkReplyBody(reply, reply.body) };
  } finally {
    deadline.lift();
  }
}

// The headers of a captured callback (CAP-A), in its order. Host lacks the port, as in the API reference's sample of 2021.
async function requestHeaders(
  { signer, publicKeyUrl, clock }: Sender,
  { id, record, body }: Delivery,
  url: CallbackUrl,
): Promise<readonly string[]> {
  const additional = Object.entries(record.additionalHeaders);
  const requester: readonly (readonly [string, string])[] =
    record.requester === undefined ? [] : [["x-oss-requester", record.requester]];
  const pairs: readonly (readonly [string, string])[] = [
    ["Host", record.host ?? url.host],
    ["Content-Length", String(body.length)],
    ["Authorization", await signer.sign(url.path + url.query, body)],
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
  return pairs.flat();
}

// 502 stands for whatever kept an answer from coming; -1 for an address that may not be called; time has its own words.
function transportFailure(cause: unknown): OssError {
  if (isTimeout(cause)) return callbackFailed("Cost too long time.", "0007-00000202", cause);
  if (refusal(cause) !== undefined) {
    const message = "Error status : -1. OSS can not connect to your callbackUrl, please check it.";
    return callbackFailed(message, "0007-00000203", cause);
  }
  return callbackFailed("Error status : 502.", "0007-00000203", cause);
}

function isTimeout(cause: unknown): boolean {
  return cause instanceof Error && cause.name === "TimeoutError";
}

function refusal(cause: unknown): TargetRefusedError | undefined {
  if (cause instanceof TargetRefusedError) return cause;
  return cause instanceof Error && cause.cause !== undefined ? refusal(cause.cause) : undefined;
}

function explain(cause: unknown): string {
  const refused = refusal(cause);
  if (refused !== undefined) return refused.message;
  if (isTimeout(cause)) return `no complete answer within ${callbackTimeoutMs} ms`;
  if (!(cause instanceof Error)) return String(cause);
  const code = "code" in cause && typeof cause.code === "string" ? `${cause.code}: ` : "";
  return code + cause.message;
}
