// Handles a request: one call for each stage, in order.
import { type HostRules, parseTrigger, type RawCallback } from "@ossicle/protocol";
import { requireReferer } from "../access/referer.ts";
import { isAccountItself, isNotUser } from "../accounts/identity.ts";
import { isCharged } from "../access/judge.ts";
import { callsBack, hasCallbackParameters, planCallback } from "../callback/plan.ts";
import { readConfig } from "../objects/buckets/bucket-config.ts";
import { type FindPart, findVersion, type FoundVersion } from "../objects/versions/find-version.ts";
import type { OperationServices } from "../operations/operation-services.ts";
import { answerSts, isStsRequest } from "../sts/answer-sts.ts";
import { isSignedInUrl } from "../authenticate/is-signed-in-url.ts";
import { asOssError } from "./as-oss-error.ts";
import { authorize, refuseAnonymousOverrides } from "../access/authorize.ts";
import { corsHeaders, variesByOrigin, varyByOrigin } from "./cors-headers.ts";
import { declarationOf } from "../access/declaration-of.ts";
import { decodeInput } from "./decode.ts";
import { deliver } from "./deliver.ts";
import { type Caller, identify } from "./identify.ts";
import type { RequestMessage, ResponseMessage } from "../http/message.ts";
import { operationInBody } from "./operation-in-body.ts";
import { perform } from "./perform.ts";
import { type LoggedParts, withLogLine } from "./with-log-line.ts";
import { type Known, type Performed, performPage } from "./perform-page.ts";
import { mintRequestId } from "../http/request-id.ts";
import { respond } from "./respond.ts";
import { respondError, type ResponseContext } from "../http/respond-error.ts";
import type { Endpoint } from "./route.ts";
import { runOnGuess } from "./run-on-guess.ts";
import { readTarget } from "../http/read-target.ts";
import { slowed, slowedAnswer, trafficLimitOf } from "./traffic-limit.ts";

/** The services, and what the pipeline needs beyond them. */
export interface Pipeline {
  readonly services: OperationServices;
  readonly hosts: HostRules;
  readonly endpoint: Endpoint;
}

// Answers to a sender that pays in place of the bucket's owner carry this header.
const charged = ["x-oss-request-charged", "requester"] as const;

const nothing = { bucket: undefined, head: undefined, version: undefined };

// Reads the bucket and the version of a request, but only the parts that its operation needs.
// Requests about an object mostly come from its owner, and the ACL does not concern those. If
// another account turns out to own the bucket, everything is read again.
async function findMeant(
  services: OperationServices,
  caller: Caller,
  withVary: boolean,
): Promise<FoundVersion> {
  const { identity, subject } = caller;
  const mayOwn = subject.key !== undefined && isNotUser(identity);
  const found = await findParts(services, caller, { mayOwn, withVary });
  const { bucket } = found;
  if (!mayOwn || bucket === undefined || isAccountItself(identity, bucket.record.owner))
    return found;
  return findParts(services, caller, { mayOwn: false, withVary });
}

interface Include {
  /** Whether the sender may be the bucket's owner. */
  readonly mayOwn: boolean;
  readonly withVary: boolean;
}

async function findParts(
  services: OperationServices,
  { subject }: Caller,
  { mayOwn, withVary }: Include,
): Promise<FoundVersion> {
  const { bucket, key, versionId, operation } = subject;
  if (bucket === undefined) return nothing;
  const { callback, reads, seesHidden } = declarationOf(operation);
  const include: FindPart[] = [];
  if (!mayOwn) include.push("access");
  if (reads === "body") include.push("payload");
  if (callback !== undefined) include.push("delivery policy");
  if (seesHidden === true && mayOwn) include.push("hidden");
  if (withVary) include.push("vary");
  return findVersion(services, { bucket, key, versionId }, include);
}

// Plans the callback. An operation that does not call back ignores callback parameters, as in OSS,
// and counts them.
async function plan(
  services: OperationServices,
  caller: Caller,
  { bucket, input }: { readonly bucket: FoundVersion["bucket"]; readonly input: object },
): ReturnType<typeof planCallback> {
  const { message, query, subject } = caller;
  const operation = declarationOf(subject.operation);
  if (callsBack(operation, bucket?.deliveryPolicy)) {
    const { key } = subject;
    const ofInput = operation.callback?.isInProcess === true ? triggerOf(input) : undefined;
    return planCallback(services, { ...caller, operation, key, bucket, ofInput });
  }
  if (hasCallbackParameters(message, query)) {
    services.callbacks.ignored.note(operation.name, message.headers["user-agent"]);
  }
  return undefined;
}

// The declaration of an operation whose callback is in its process has this member.
function triggerOf(input: { readonly process?: string }): RawCallback {
  return parseTrigger(input.process ?? "");
}

/** Handles one request. Never throws: every error becomes an answer. */
export async function handle(
  pipeline: Pipeline,
  received: RequestMessage,
): Promise<ResponseMessage> {
  const { services } = pipeline;
  const { clock } = services;
  const startedMs = clock();
  const requestId = mintRequestId(startedMs);
  let context: ResponseContext = { clock, message: received, requestId, startedMs, cors: [] };
  let name = "Unknown";
  let drop: Caller["drop"];
  const hasOrigin = received.headers["origin"] !== undefined;
  let varies: boolean | undefined = hasOrigin ? false : undefined;
  let logged: LoggedParts | undefined;
  const noted = (response: ResponseMessage): ResponseMessage =>
    logged === undefined ? response : withLogLine(services, context, { ...logged, response });
  try {
    // route
    const routed = readTarget(received, pipeline.hosts);
    if (isStsRequest(received, routed)) {
      return await answerSts(services, context, routed.target.query);
    }
    if (hasOrigin) context = { ...context, cors: await corsHeaders(services, received, routed) };
    // identify
    const sender = await identify(services, received, { routed, nowMs: startedMs });
    ({ drop } = sender);
    ({ name } = declarationOf(sender.subject.operation));
    // find, authorize, decode, plan callback, operation
    const performed = await runOnGuess(services, sender, {
      find: () => findMeant(services, sender, !hasOrigin),
      run: (caller, found) => {
        if (!hasOrigin) {
          varies = found.bucket?.variesByOrigin === true;
          context = { ...context, cors: varies ? varyByOrigin : [] };
        }
        if (found.bucket?.gate.hasLogging === true) logged = { caller, found };
        const known = { caller, found, received, routed, requestId };
        return performPage(services, known, {
          find: (other) => findMeant(services, other, false),
          perform: (other) => performFound(pipeline, other),
        });
      },
    });
    // deliver
    const { delivery } = performed.result;
    const delivered =
      delivery === undefined
        ? { result: performed.result, answer: undefined }
        : await deliver(services.callbacks, delivery, performed);
    // respond
    const { operation, pace } = performed;
    const charge = isCharged(sender.identity, sender.subject, performed.bucket) ? charged : [];
    const response = respond(context, { operation, ...delivered, charge });
    return noted(pace === undefined ? response : slowedAnswer(response, pace.limit, pace.slowness));
  } catch (cause) {
    // A refused preflight needs `Vary` too. An allowed one sets the header itself.
    const mayVary = varies === undefined || received.method === "OPTIONS";
    if (mayVary && (await variesByOrigin(services, received, pipeline.hosts))) {
      context = { ...context, cors: varyByOrigin };
    }
    return noted(respondError(context, name, asOssError(cause)));
  } finally {
    drop?.();
  }
}

// OSS judges requests for objects that are anonymous or signed in their URL.
async function judgeReferer(
  services: OperationServices,
  { identity, subject, message, query }: Caller,
  { bucket }: FoundVersion,
): Promise<void> {
  if (bucket?.gate.hasReferers !== true || subject.key === undefined) return;
  const isInHeader = identity.kind === "account" && !isSignedInUrl(query);
  if (isInHeader || message.method === "OPTIONS") return;
  const configuration = await readConfig(services, bucket, "referer");
  if (configuration !== undefined) requireReferer(configuration, message.headers["referer"]);
}

async function performFound(
  pipeline: Pipeline,
  { caller, found, received, routed, requestId }: Known,
): Promise<Performed> {
  const { services } = pipeline;
  const { identity, subject, query } = caller;
  const { bucket } = found;
  const declared = declarationOf(subject.operation);
  // authorize
  authorize(identity, subject, { found, headers: caller.message.headers });
  refuseAnonymousOverrides(identity, query);
  await judgeReferer(services, caller, found);
  // decode
  const limit = trafficLimitOf(received, query, declared);
  const pace = limit === undefined ? undefined : { limit, slowness: { delayMs: 0 } };
  const message =
    pace === undefined ? caller.message : slowed(caller.message, pace.limit, pace.slowness);
  const input = await decodeInput(message, query, { subject, memory: services.memory });
  const name = operationInBody(subject.operation, input);
  // plan callback
  const meant = { ...caller, subject: { ...subject, operation: name } };
  const callback = await plan(services, meant, { bucket, input });
  // operation
  const place = pipeline.endpoint(received, routed);
  const result = await perform(
    name,
    { services, message, requestId, identity, found, callback, ...place },
    input,
  );
  return { operation: declarationOf(name), result, bucket, pace };
}
