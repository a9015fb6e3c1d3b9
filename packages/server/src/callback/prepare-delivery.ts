// Renders an upload's delivery before its commit, so that a crash behind the commit loses nothing.
import { OssError } from "@ossicle/protocol";
import type { Identity } from "../accounts/identity.ts";
import type { Bucket } from "../objects/buckets/look-up.ts";
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
  /** The callback that was asked for and checked. */
  readonly callback: CallbackPlan | undefined;
  readonly services: StorageServices;
  readonly bucket: Bucket;
  readonly requestId: string;
  readonly identity: Identity;
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
  /** Makes what enters the commit: of the version, unless that is hidden. */
  readonly alongside: (
    nowMs: number,
    record: ObjectRecord | undefined,
  ) => Alongside<CommittedDelivery>;
  /** Where the version waits unseen, when the policy hides what is not confirmed. */
  readonly hideUnder: Uint8Array | undefined;
}

/** A delivery as one try has put it into the commit. */
export interface CommittedDelivery extends Omit<PendingDelivery, "leased"> {
  readonly delivery: Delivery;
  readonly job: Buffer;
}

/** A delivery that is committed with its object, in this process's hands. */
export interface PendingDelivery {
  readonly leased: Leased;
  /** Why it fails without being sent. */
  readonly failure?: Error;
  /** Whether the uploader asked for it. */
  readonly isAsked: boolean;
}

/** The delivery of a result, once its commit has a version. */
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

/**
 * Prepares the delivery that the request or a rule asks for, if one does. Throws InvalidArgument
 * when its body is too long; where a rule asks, and objects may pass unconfirmed, there is none
 * then.
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
      image = await readImageInfo(services, { size: record.size, ...upload });
    } catch (cause) {
      if (cause instanceof BlobMissingError) throw cause; // then the object is not whole either
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
    // An uploader that asked for no callback has done nothing wrong; but where nothing may pass
    // unconfirmed, this does not either.
    const mayPass = !plan.isAsked && plan.policy.onFailure === "keep";
    if (!mayPass || !(cause instanceof OssError)) throw cause;
    const where = { bucket: bucket.name, key: upload.key, requestId };
    services.log.warn({ ...where, error: cause.message }, "the rule sends no callback");
    return undefined;
  }
  const about = { body, identity, bucket: bucket.record, nowMs: services.clock() };
  const delivery = deliveryOf(plan, facts, about);
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
