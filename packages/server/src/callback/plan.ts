// Plans a callback before a byte is stored. Finds the parameters: the request carries them, names a
// stored callback, or leaves them to the bucket's rules. Then checks them and their addresses.
import {
  type CallbackParameters,
  callbackPolicyName,
  type DeliveryPolicyConfiguration,
  type Operation,
  OssError,
  parseCallback,
  parseVariables,
  type QueryParameter,
  queryValue,
  type RawCallback,
  usesVariable,
} from "@ossicle/protocol";
import type { Bucket } from "../objects/buckets/bucket.ts";
import type { RequestMessage } from "../http/message.ts";
import { type DeliveryPolicy, policyOf } from "../configuration/delivery-policy.ts";
import type { Callbacks } from "./callbacks.ts";
import type { CallbackSigner } from "./sending/signer.ts";
import type { StorageServices } from "../objects/records/storage-services.ts";
import { readConfig } from "../objects/buckets/bucket-config.ts";

/** A checked callback, not yet rendered. */
export interface CallbackPlan {
  readonly parameters: CallbackParameters;
  readonly wantsImageInfo: boolean;
  /** The delivery policy that applies to it. */
  readonly policy: DeliveryPolicy;
  /**
   * Whether the uploader asked for it; otherwise a rule of the bucket did, and the uploader expects
   * the operation's own answer.
   */
  readonly isAsked: boolean;
  /** Signs the callback. */
  readonly signer: Pick<CallbackSigner, "sign">;
}

/** The request that may ask for a callback. */
export interface CallbackRequest {
  readonly message: RequestMessage;
  readonly query: readonly QueryParameter[];
  readonly bucket: Bucket | undefined;
  /** The operation asked for. */
  readonly operation: Pick<Operation<object, object>, "name" | "callback">;
  readonly key: string | undefined;
  /** The parameters, where the operation's input has them. */
  readonly ofInput?: RawCallback | undefined;
  /** The variables of an upload form: its fields, not Base64. */
  readonly variables?: Readonly<Record<string, string>>;
}

/**
 * Whether an operation calls back in a bucket: some do so only where the bucket's policy lists
 * them.
 */
export function callsBack(
  { name, callback }: CallbackRequest["operation"],
  policy: DeliveryPolicyConfiguration | undefined,
): boolean {
  if (callback === undefined) return false;
  return callback.honoured === "always" || isExtended(policy, name);
}

/** Whether a request has callback parameters. */
export function hasCallbackParameters(
  { headers }: RequestMessage,
  query: readonly QueryParameter[],
): boolean {
  return (headers["x-oss-callback"] || queryValue(query, "callback") || undefined) !== undefined;
}

/** What planning reads. */
export interface PlanningServices extends Pick<StorageServices, "metadata" | "log"> {
  readonly callbacks: Callbacks;
}

/**
 * Finds and checks the callback of a request whose operation calls back ({@link callsBack}).
 * Returns undefined when there is none. Throws InvalidArgument and BucketCallbackPolicyNotExist.
 */
export async function planCallback(
  services: PlanningServices,
  request: CallbackRequest,
): Promise<CallbackPlan | undefined> {
  const { message, query, variables = {}, operation } = request;
  const policy = request.bucket?.deliveryPolicy;
  const { callback: asked, callbackVar } = request.ofInput ?? carried(message, query);
  const named = parseVariables(callbackVar);
  const own = asked
    ? await parseGiven(services, request, { callback: asked, callbackVar })
    : undefined;
  if (own !== undefined) await services.callbacks.guard.checkEarly(own.parsed.urls, own.text);
  const applied = policyFor(services.callbacks, policy, operation);
  const given =
    own ??
    (request.ofInput === undefined ? await parseRule(services, request, applied) : undefined);
  if (given === undefined) return undefined;
  const { parsed } = given;
  // A variable of a rule takes precedence over the uploader's variable of the same name.
  const all =
    own === undefined
      ? { ...named, ...variables, ...parsed.variables }
      : { ...parsed.variables, ...variables };
  return {
    parameters: { ...parsed, variables: all },
    wantsImageInfo:
      operation.callback?.hasImageInfo === true && usesVariable(parsed.body, "imageInfo"),
    policy: applied,
    isAsked: own !== undefined,
    signer: services.callbacks.signer,
  };
}

// A rule that cannot be followed does not fail an upload that requested no callback, unless the
// policy requires a confirmation. Whether the rule's address may be called is checked, and
// recorded, when the callback is sent.
async function parseRule(
  services: Pick<StorageServices, "metadata" | "log">,
  request: CallbackRequest,
  { onFailure }: DeliveryPolicy,
): Promise<Given | undefined> {
  const { bucket, key } = request;
  const rule = defaultCallback(bucket?.deliveryPolicy, key);
  if (rule === undefined) return undefined;
  try {
    const given = await parseGiven(services, request, rule);
    if (given !== undefined) return given;
    throw new OssError(
      "InvalidArgument",
      { ArgumentName: "callback", ArgumentValue: rule.callback },
      { message: "The callback of the bucket's rule names no callbackUrl." },
    );
  } catch (cause) {
    if (!(cause instanceof OssError) || onFailure !== "keep") throw cause;
    services.log.warn(
      { bucket: bucket?.name, key, error: cause.message },
      "the bucket's rule cannot be followed: no callback is sent",
    );
    return undefined;
  }
}

/** Parameters, and the text that they were read from. */
interface Given {
  readonly parsed: CallbackParameters;
  readonly text: string;
}

// An empty callback, or one without a URL, requests none. Then the bucket's own rules apply.
async function parseGiven(
  services: Pick<StorageServices, "metadata">,
  { bucket }: CallbackRequest,
  wanted: GivenCallback,
): Promise<Given | undefined> {
  const { callback, callbackVar } = wanted;
  const given = (await storedCallback(services, bucket, callback)) ?? wanted;
  const parsed = parseCallback({ ...given, callbackVar: callbackVar ?? given.callbackVar });
  if (parsed === undefined) return undefined;
  return { parsed, text: Buffer.from(given.callback, "base64").toString() };
}

function isExtended(policy: DeliveryPolicyConfiguration | undefined, name: string): boolean {
  return policy?.extendedOperations.some((operation) => operation === name) === true;
}

function policyFor(
  callbacks: Callbacks,
  own: DeliveryPolicyConfiguration | undefined,
  { callback }: CallbackRequest["operation"],
): DeliveryPolicy {
  const policy = policyOf(callbacks.policy, own);
  return callback?.isUndoable === true ? policy : { ...policy, onFailure: "keep" };
}

interface GivenCallback {
  readonly callback: string;
  readonly callbackVar: string | undefined;
}

// For an upload without a callback of its own, the bucket's first rule that fits applies.
function defaultCallback(
  policy: DeliveryPolicyConfiguration | undefined,
  key = "",
): GivenCallback | undefined {
  const rule = policy?.defaultCallbacks.find(
    ({ prefix = "", suffix = "" }) => key.startsWith(prefix) && key.endsWith(suffix),
  );
  if (rule === undefined) return undefined;
  return { callback: rule.callback, callbackVar: rule.callbackVar || undefined };
}

// The bucket may store a callback, which the request then only names
// (docs/reference/protocol/callbacks.md, stored callbacks).
async function storedCallback(
  services: Pick<StorageServices, "metadata">,
  bucket: Bucket | undefined,
  callback: string,
): Promise<GivenCallback | undefined> {
  const name = callbackPolicyName(callback);
  if (name === undefined || bucket === undefined) return undefined;
  const policies = await readConfig(services, bucket, "callback-policy");
  const found = policies?.items.find(({ policyName }) => policyName === name);
  if (found === undefined) {
    throw new OssError("BucketCallbackPolicyNotExist", { BucketName: bucket.name });
  }
  const { callbackVar = "" } = found;
  return { callback: found.callback, callbackVar: callbackVar === "" ? undefined : callbackVar };
}

function carried(
  message: RequestMessage,
  query: readonly QueryParameter[],
): { readonly callback: string | undefined; readonly callbackVar: string | undefined } {
  const callback = carrier(message, query, {
    header: "x-oss-callback",
    parameter: "callback",
    ec: "0007-00000027",
  });
  const callbackVar = carrier(message, query, {
    header: "x-oss-callback-var",
    parameter: "callback-var",
    ec: "0007-00000028",
  });
  if (callback !== undefined) refuseMixing(message, query);
  return { callback, callbackVar };
}

// `callback` in a header and `callback-var` in the query, or the reverse, also count as more than
// one carrier (API reference 2021).
function refuseMixing(message: RequestMessage, query: readonly QueryParameter[]): void {
  const inHeader = ["x-oss-callback", "x-oss-callback-var"].some(
    (name) => message.headers[name] !== undefined,
  );
  const parameter = ["callback", "callback-var"].find(
    (name) => queryValue(query, name) !== undefined,
  );
  if (!inHeader || parameter === undefined) return;
  throw new OssError(
    "InvalidArgument",
    { ArgumentName: parameter, ArgumentValue: queryValue(query, parameter) ?? "" },
    {
      message: "Callback parameters must all be in headers or all in the query string.",
      ec: parameter === "callback" ? "0007-00000027" : "0007-00000028",
    },
  );
}

interface Carrier {
  readonly header: string;
  readonly parameter: string;
  readonly ec: string;
}

// A parameter may be in a header or in the query, but not in both.
function carrier(
  message: RequestMessage,
  query: readonly QueryParameter[],
  { header, parameter, ec }: Carrier,
): string | undefined {
  const inHeader = message.headers[header];
  const inQuery = queryValue(query, parameter) || undefined; // an empty value counts as absent
  if (inHeader === undefined || inQuery === undefined) return inHeader ?? inQuery;
  throw new OssError(
    "InvalidArgument",
    { ArgumentName: parameter, ArgumentValue: inQuery },
    {
      message:
        `Either the ${parameter} query string parameter or the ${header} header should be ` +
        "specified, not both.",
      ec,
    },
  );
}
