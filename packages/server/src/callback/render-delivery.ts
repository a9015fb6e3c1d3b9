// Renders the delivery that enters an object's commit: the callback's body, filled with the facts
// of the upload.
import {
  binaryToText,
  callbackFailed,
  formatCallbackUrl,
  OssError,
  renderTemplate,
  type TemplateValue,
} from "@ossicle/protocol";
import { maxPayloadBytes } from "@ossicle/store";
import type { Sender } from "../accounts/identity.ts";
import { recordedPolicy } from "../configuration/delivery-policy.ts";
import type { ImageInfo } from "./image-info.ts";
import type { CallbackPlan } from "./plan.ts";
import type { Delivery } from "./deliveries/delivery.ts";
import type { BucketRecord } from "../objects/records/records.ts";

/** What a template's variables are filled from. */
export interface UploadFacts {
  readonly bucket: string;
  readonly key: string;
  readonly etag: string;
  readonly size: number;
  /** Binary string. */
  readonly contentType: string;
  readonly crc64: string;
  readonly contentMd5: string;
  readonly clientIp: string;
  readonly requestId: string;
  readonly operation: string;
  readonly traceparent: string | undefined;
  readonly image: ImageInfo | undefined;
}

/**
 * Longest rendered body in bytes: it travels in the delivery's record. OSS documents no limit. We
 * chose the longest payload of a record.
 */
export const maxCallbackBodyBytes: number = maxPayloadBytes;

/** Renders the body. Throws InvalidArgument when it is too long. */
export function renderBody({ parameters }: CallbackPlan, facts: UploadFacts): Buffer {
  const tooLong = (): OssError<"InvalidArgument"> =>
    new OssError(
      "InvalidArgument",
      { ArgumentName: "callback", ArgumentValue: parameters.body.source },
      { message: `The callback body is longer than ${maxCallbackBodyBytes} bytes.` },
    );
  let length = 0;
  const lookup = (name: string): TemplateValue => {
    const value = name.startsWith("x:") ? parameters.variables[name] : systemVariable(facts, name);
    // Counted while rendering: a form's variable may be long, and the template may use it many
    // times.
    length += typeof value === "string" ? value.length : 0;
    if (length > maxCallbackBodyBytes) throw tooLong();
    return value;
  };
  const body = Buffer.from(renderTemplate(parameters.body, parameters.bodyType, lookup));
  if (body.length > maxCallbackBodyBytes) throw tooLong();
  return body;
}

/** What a delivery holds beside the facts of the upload. */
interface DeliveryContext {
  readonly body: Buffer;
  readonly identity: Sender;
  readonly bucket: Pick<BucketRecord, "id" | "owner">;
  readonly nowMs: number;
}

/** The delivery that is recorded with its object. */
export function deliveryOf(
  { parameters, policy }: CallbackPlan,
  facts: UploadFacts,
  { body, identity, bucket, nowMs }: DeliveryContext,
): Delivery {
  const recorded = recordedPolicy(policy);
  return {
    id: facts.requestId,
    body,
    record: {
      state: "due",
      createdMs: nowMs,
      bucket: facts.bucket,
      bucketId: bucket.id,
      key: facts.key,
      operation: facts.operation,
      ...(identity.kind === "account" ? { requester: identity.account.id } : {}),
      owner: bucket.owner,
      urls: parameters.urls.map(formatCallbackUrl),
      ...(parameters.host === undefined ? {} : { host: parameters.host }),
      sni: parameters.sni,
      bodyType: parameters.bodyType,
      additionalHeaders: parameters.additionalHeaders,
      bodyBytes: body.length,
      attempts: [],
      ...(recorded === undefined ? {} : { policy: recorded }),
      ...(facts.traceparent === undefined ? {} : { traceparent: facts.traceparent }),
    },
  };
}

// An unknown name is empty, as an undefined `x:` variable is: the documentation lists only
// malformed ones as errors.
function systemVariable(facts: UploadFacts, name: string): TemplateValue {
  switch (name) {
    case "bucket":
      return facts.bucket;
    case "object":
      return facts.key;
    case "etag":
      return facts.etag;
    case "size":
      return facts.size;
    case "mimeType":
      return binaryToText(facts.contentType);
    case "imageInfo.height":
      return facts.image?.height;
    case "imageInfo.width":
      return facts.image?.width;
    case "imageInfo.format":
      return facts.image?.format;
    case "crc64":
      return facts.crc64;
    case "contentMd5":
      return facts.contentMd5;
    case "clientIp":
      return facts.clientIp;
    case "reqId":
      return facts.requestId;
    case "operation":
      return facts.operation;
    default:
      return undefined; // also for vpcId: there is no VPC
  }
}

/**
 * Image information could not be read: the whole callback fails, and the object is stored (EC
 * 0007-00000302).
 */
export function imageInfoFailed(cause: unknown): OssError<"CallbackFailed"> {
  return callbackFailed("Get image info failed.", "0007-00000302", cause);
}
