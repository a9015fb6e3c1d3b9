// Renders an upload's delivery before its commit, so that a crash behind the commit loses nothing.
import { OssError } from "@ossicle/protocol";
import { BlobMissingError, type Put } from "@ossicle/store";
import type { ObjectDescription, ObjectRecord } from "../objects/records.ts";
import type { BucketContext, PendingDelivery } from "../operations/handler.ts";
import { type ImageBytes, type ImageInfo, readImageInfo } from "./image-info.ts";
import { deliveryPuts } from "./ledger.ts";
import { deliveryOf, imageInfoFailed, renderBody } from "./render-delivery.ts";
import { placeOf } from "./settle.ts";

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
  /** What enters the commit: of the version, unless that is hidden. */
  readonly puts: (nowMs: number, record: ObjectRecord | undefined) => readonly Put[];
  /** Where the version waits unseen, when the policy hides what is not confirmed. */
  readonly hideUnder: Uint8Array | undefined;
  /** The delivery in this process's hands, once its commit has a version. */
  readonly pending: (version: number) => PendingDelivery;
}

/**
 * Prepares the delivery that the request or a rule asks for, if one does. Throws InvalidArgument
 * when its body is too long; where a rule asks, and objects may pass unconfirmed, there is none
 * then.
 */
export async function prepareDelivery(
  context: BucketContext,
  upload: Upload,
): Promise<PreparedDelivery | undefined> {
  const { callback: plan, services, bucket, requestId, identity } = context;
  if (plan === undefined) return undefined;
  const { record } = upload;
  let image: ImageInfo | undefined;
  let failure: Error | undefined;
  // An appended object is no image: its bytes come one after the other.
  if (plan.wantsImageInfo && upload.operation !== "AppendObject") {
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
  // Of the try that was committed.
  let job: Buffer = Buffer.alloc(0);
  let committed = delivery;
  const isHidden = delivery.record.policy?.onFailure === "hide";
  return {
    hideUnder: isHidden ? Buffer.from(delivery.id, "hex") : undefined,
    puts: (nowMs, record) => {
      committed =
        record === undefined
          ? delivery
          : { ...delivery, record: { ...delivery.record, version: placeOf(record) } };
      const prepared = deliveryPuts(committed, nowMs);
      ({ job } = prepared);
      return prepared.puts;
    },
    pending: (version) => ({
      leased: { delivery: committed, version, job },
      isAsked: plan.isAsked,
      ...(failure === undefined ? {} : { failure }),
    }),
  };
}
