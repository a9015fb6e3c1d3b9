// Renders an upload's delivery before its commit, so that a crash after the commit loses no
// callback.
import { OssError } from "@ossicle/protocol";
import type { Sender } from "../accounts/identity.ts";
import type { Bucket } from "../objects/buckets/bucket.ts";
import type { ByteServices } from "../objects/bytes/byte-services.ts";
import type { StorageServices } from "../objects/records/storage-services.ts";
import type { RequestMessage } from "../http/message.ts";
import type { CallbackPlan } from "./plan.ts";
import { BlobMissingError } from "@ossicle/store";
import type { Alongside } from "../objects/versions/new-object.ts";
import { type ImageBytes, type ImageInfo, readImageInfo } from "./image-info.ts";
import { deliveryPuts, type Leased } from "./deliveries/ledger.ts";
import { deliveryOf, imageInfoFailed, renderBody } from "./render-delivery.ts";
import { placeOf } from "./deliveries/settle.ts";
import type { Delivery } from "./deliveries/delivery.ts";
import type { ObjectDescription, ObjectRecord } from "../objects/records/records.ts";

/** The request of an upload. */
export interface UploadContext {
  /** The checked callback, if the request or a rule requires one. */
  readonly callback: CallbackPlan | undefined;
  readonly services: StorageServices & Pick<ByteServices, "encryptionKeys">;
  readonly bucket: Bucket;
  readonly requestId: string;
  readonly identity: Sender;
  readonly message: Pick<RequestMessage, "clientIp" | "traceparent">;
}

/** An upload that is about to be committed. */
export interface Upload {
  readonly key: string;
  readonly operation: string;
  readonly record: ObjectDescription;
  readonly payload?: Uint8Array | undefined;
  /** Where the bytes are, when they are not the payload. */
  readonly extents?: ImageBytes["extents"];
  readonly manifest?: ImageBytes["manifest"];
}

/** A delivery that waits for its commit. */
export interface PreparedDelivery {
  /**
   * Makes the records of the delivery for the commit. They name the version, unless it is hidden.
   */
  readonly alongside: (
    nowMs: number,
    record: ObjectRecord | undefined,
  ) => Alongside<CommittedDelivery>;
  /** The delivery id under which the version is hidden, when the policy is `hide`. */
  readonly hideUnder: Uint8Array | undefined;
}

/** A delivery as one try has put it into the commit. */
export interface CommittedDelivery extends Omit<PendingDelivery, "leased"> {
  readonly delivery: Delivery;
  readonly job: Buffer;
}

/** A delivery that is committed with its object, and that this process must settle. */
export interface PendingDelivery {
  readonly leased: Leased;
  /** Why it fails without being sent. */
  readonly failure?: Error;
  /** Whether the uploader asked for it. */
  readonly isAsked: boolean;
}

/** The delivery of a write, once its commit has a version. */
export function pendingDelivery({
  made,
  version,
}: {
  readonly made?: CommittedDelivery | undefined;
  readonly version?: number;
}): { readonly delivery?: PendingDelivery } {
  if (made === undefined || version === undefined) return {};
  const { delivery, job, ...facts } = made;
  return { delivery: { leased: { delivery, version, job }, ...facts } };
}

// Begins to sign for the first URL. A commit that fails leaves the promise to itself, so an error
// must not count as unhandled.
function signatureOf(
  { parameters, signer }: CallbackPlan,
  body: Buffer,
): Pick<Delivery, "signature"> {
  const [first] = parameters.urls;
  if (first === undefined) return {};
  const signature = signer.sign(first.path + first.query, body);
  signature.catch(() => undefined);
  return { signature };
}

/**
 * Prepares the delivery that the request or a rule requires, if any. Throws InvalidArgument when
 * its body is too long. Under a rule whose policy keeps unconfirmed objects, a body that is too
 * long means no delivery instead.
 */
export async function prepareDelivery(
  context: UploadContext,
  upload: Upload,
): Promise<PreparedDelivery | undefined> {
  const { callback: plan, services, bucket, requestId, identity } = context;
  if (plan === undefined) return undefined;
  const { record } = upload;
  let image: ImageInfo | undefined;
  let failure: Error | undefined;
  if (plan.wantsImageInfo) {
    try {
      const { size, encryption } = record;
      image = await readImageInfo(services, { size, encryption, ...upload });
    } catch (cause) {
      if (cause instanceof BlobMissingError) throw cause; // the object's own bytes are missing
      failure = imageInfoFailed(cause);
    }
  }
  const facts = {
    bucket: bucket.name,
    key: upload.key,
    etag: record.etag,
    size: record.size,
    contentType: record.contentType,
    crc64: record.crc64,
    contentMd5: record.contentMd5 ?? "",
    clientIp: context.message.clientIp,
    requestId,
    operation: upload.operation,
    traceparent: context.message.traceparent,
    image,
  };
  let body: Buffer;
  try {
    body = renderBody(plan, facts);
  } catch (cause) {
    // A rule's mistake does not fail an upload that requested no callback, unless the policy
    // requires a confirmation.
    const mayPass = !plan.isAsked && plan.policy.onFailure === "keep";
    if (!mayPass || !(cause instanceof OssError)) throw cause;
    const where = { bucket: bucket.name, key: upload.key, requestId };
    services.log.warn({ ...where, error: cause.message }, "the rule cannot be followed");
    return undefined;
  }
  const about = { body, identity, bucket: bucket.record, nowMs: services.clock() };
  const rendered = deliveryOf(plan, facts, about);
  const delivery = failure === undefined ? { ...rendered, ...signatureOf(plan, body) } : rendered;
  const isHidden = delivery.record.policy?.onFailure === "hide";
  const asked = { isAsked: plan.isAsked, ...(failure === undefined ? {} : { failure }) };
  return {
    hideUnder: isHidden ? Buffer.from(delivery.id, "hex") : undefined,
    alongside: (nowMs, record) => {
      const committed =
        record === undefined
          ? delivery
          : { ...delivery, record: { ...delivery.record, version: placeOf(record) } };
      const { puts, job } = deliveryPuts(committed, nowMs);
      return { puts, made: { delivery: committed, job, ...asked } };
    },
  };
}
