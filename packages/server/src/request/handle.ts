// The life of a request, in the order it is lived. Each stage is a file beside this one.
import { OssError } from "@ossicle/protocol";
import type { Identity } from "../accounts/accounts.ts";
import { planCallback } from "../callback/plan.ts";
import { findVersion } from "../objects/find-version.ts";
import type { HostRules } from "@ossicle/protocol";
import { sparesBody } from "../operations/index.ts";
import type { Services } from "../services.ts";
import { authenticate } from "./authenticate/authenticate.ts";
import { authorize, declarationOf, refuseAnonymousOverrides } from "./authorize.ts";
import { decodeInput } from "./decode.ts";
import { deliver } from "./deliver.ts";
import type { RequestMessage, ResponseMessage } from "./message.ts";
import { perform } from "./perform.ts";
import { mintRequestId } from "./request-id.ts";
import { respond, respondError, type ResponseContext } from "./respond.ts";
import { findOperation, readTarget, type Subject, wantedVersion } from "./route.ts";

/** What the pipeline needs beyond the services. */
export interface Pipeline {
  readonly services: Services;
  readonly hosts: HostRules;
  /** `host:port` under which clients reach this store. */
  readonly endpoint: () => string;
}

// There is one account, so every signed request at object level is its owner's.
function isOwnObject(identity: Identity, { key }: Subject): boolean {
  return identity.kind === "account" && key !== undefined;
}

/** Handles one request. Never throws: whatever goes wrong becomes an answer. */
export async function handle(
  pipeline: Pipeline,
  message: RequestMessage,
): Promise<ResponseMessage> {
  const { services } = pipeline;
  const { accounts, region } = services;
  const startedMs = services.clock();
  const requestId = mintRequestId(startedMs);
  const context: ResponseContext = { clock: services.clock, message, requestId, startedMs };
  let name = "Unknown";
  try {
    // route
    const routed = readTarget(message, pipeline.hosts);
    const { query } = routed.target;
    // authenticate
    const caller = authenticate(message, routed, { accounts, region, nowMs: startedMs });
    const { identity } = caller;
    const subject = findOperation(message, routed.target, caller.reading);
    const operation = declarationOf(subject.operation);
    name = operation.name;
    // authorize
    const wanted = wantedVersion(operation, subject, query);
    const found =
      wanted === undefined
        ? { bucket: undefined, head: undefined, version: undefined }
        : await findVersion(services, wanted, {
            acl: isOwnObject(identity, subject),
            payload: sparesBody.has(subject.operation),
          });
    authorize(identity, subject, found);
    refuseAnonymousOverrides(identity, query);
    // decode
    const input = await decodeInput(message, query, subject);
    // plan callback
    const callback =
      operation.callback === true
        ? await planCallback(message, query, services.callbacks.guard)
        : undefined;
    // operation
    const result = await perform(
      subject.operation,
      { services, message, requestId, identity, found, callback, endpoint: pipeline.endpoint() },
      input,
    );
    // deliver
    const answer =
      result.delivery === undefined
        ? undefined
        : await deliver(services.callbacks, result.delivery, { operation, output: result.output });
    // respond
    return respond(context, { operation, result, answer });
  } catch (cause) {
    const error = cause instanceof OssError ? cause : new OssError("InternalError", {}, { cause });
    return respondError(context, name, error);
  }
}
