// Renders an upload's delivery before its commit, so that a crash behind the commit loses nothing.
import { BlobMissingError, type Put } from "@ossicle/store";
import type { ObjectDescription } from "../objects/records.ts";
import type { BucketContext, PendingDelivery } from "../operations/handler.ts";
import { type ImageBytes, type ImageInfo, readImageInfo } from "./image-info.ts";
import { deliveryPuts } from "./ledger.ts";
import { imageInfoFailed, renderDelivery } from "./plan.ts";

/** An upload that is about to be committed. */
export interface Upload {
  readonly key: string;
  readonly operation: string;
  readonly record: ObjectDescription;
  readonly payload?: Uint8Array | undefined;
  /** Where the bytes are, when they are not the payload. */
  readonly extents?: ImageBytes["extents"];
}

/** A delivery that waits for its commit. */
export interface PreparedDelivery {
  readonly puts: (nowMs: number) => readonly Put[];
  /** The delivery in this process's hands, once its commit has a version. */
  readonly pending: (version: number) => PendingDelivery;
}

/** Prepares the delivery that the request asks for, if it does. Throws InvalidArgument when its body is too long. */
export async function prepareDelivery(
  context: BucketContext,
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
  const delivery = renderDelivery(
    plan,
    {
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
      image,
    },
    { identity, owner: bucket.record.owner, nowMs: services.clock() },
  );
  let job: Buffer = Buffer.alloc(0); // of the try that was committed
  return {
    puts: (nowMs) => {
      const prepared = deliveryPuts(delivery, nowMs);
      ({ job } = prepared);
      return prepared.puts;
    },
    pending: (version) => ({
      leased: { delivery, version, job },
      ...(failure === undefined ? {} : { failure }),
    }),
  };
}
