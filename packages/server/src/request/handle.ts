// The life of a request, in the order it is lived. Each stage is a file beside this one.
import type { HostRules } from "@ossicle/protocol";
import type { Identity } from "../accounts/accounts.ts";
import { planCallback } from "../callback/plan.ts";
import { findVersion } from "../objects/find-version.ts";
import { readsHidden, sparesBody } from "../operations/index.ts";
import type { Services } from "../services.ts";
import { answerSts, isStsRequest } from "../sts/answer-sts.ts";
import { asOssError } from "./as-oss-error.ts";
import { authorize, refuseAnonymousOverrides } from "./authorize.ts";
import { corsHeaders } from "./cors-headers.ts";
import { declarationOf } from "./declaration-of.ts";
import { decodeInput } from "./decode.ts";
import { deliver } from "./deliver.ts";
import { identify } from "./identify.ts";
import type { RequestMessage, ResponseMessage } from "./message.ts";
import { perform } from "./perform.ts";
import { mintRequestId } from "./request-id.ts";
import { respond, respondError, type ResponseContext } from "./respond.ts";
import { type Endpoint, readTarget, type Subject } from "./route.ts";
import { slowed, slowedBytes, trafficLimitOf } from "./traffic-limit.ts";

/** What the pipeline needs beyond the services. */
export interface Pipeline {
  readonly services: Services;
  readonly hosts: HostRules;
  readonly endpoint: Endpoint;
}

const nothing = { bucket: undefined, head: undefined, version: undefined };

// There is one account, so every signed request at object level is its owner's.
function isOwnObject(identity: Identity, { key }: Subject): boolean {
  return identity.kind === "account" && key !== undefined;
}

/** Handles one request. Never throws: whatever goes wrong becomes an answer. */
export async function handle(
  pipeline: Pipeline,
  received: RequestMessage,
): Promise<ResponseMessage> {
  const { services } = pipeline;
  const { clock, callbacks } = services;
  const startedMs = clock();
  const requestId = mintRequestId(startedMs);
  let context: ResponseContext = { clock, message: received, requestId, startedMs, cors: [] };
  let name = "Unknown";
  try {
    // route
    const routed = readTarget(received, pipeline.hosts);
    if (isStsRequest(received, routed)) {
      return await answerSts(services, context, routed.target.query);
    }
    if (received.headers["origin"] !== undefined) {
      context = { ...context, cors: await corsHeaders(services, received, routed) };
    }
    // identify
    const caller = await identify(services, received, { routed, nowMs: startedMs });
    const { identity, subject, query } = caller;
    const operation = declarationOf(subject.operation);
    name = operation.name;
    // authorize
    const { bucket, key, versionId } = subject;
    const found =
      bucket === undefined
        ? nothing
        : await findVersion(
            services,
            { bucket, key, versionId },
            {
              acl: isOwnObject(identity, subject),
              payload: sparesBody.has(subject.operation),
              withDeliveryPolicy: operation.callback !== undefined,
              withHidden: readsHidden.has(subject.operation) && identity.kind === "account",
            },
          );
    authorize(identity, subject, found);
    refuseAnonymousOverrides(identity, query);
    // decode
    const limit = trafficLimitOf(received, query, subject);
    const message = limit === undefined ? caller.message : slowed(caller.message, limit);
    const input = await decodeInput(message, query, { subject, memory: services.memory });
    // plan callback
    const callback =
      operation.callback === undefined
        ? undefined
        : await planCallback(services, { ...caller, operation, key, bucket: found.bucket });
    // operation
    const place = pipeline.endpoint(received, routed);
    const result = await perform(
      subject.operation,
      { services, message, requestId, identity, found, callback, ...place },
      input,
    );
    // deliver
    const delivered =
      result.delivery === undefined
        ? { result, answer: undefined }
        : await deliver(callbacks, result.delivery, { operation, result, bucket: found.bucket });
    // respond
    const response = respond(context, { operation, ...delivered });
    if (limit === undefined || response.body === undefined) return response;
    return { ...response, body: slowedBytes(response.body, limit) };
  } catch (cause) {
    return respondError(context, name, asOssError(cause));
  }
}
