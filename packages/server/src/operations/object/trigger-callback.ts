// TriggerCallback: commits a delivery for an object that exists. The callback is then sent like the
// callback of an upload.
import { OssError } from "@ossicle/protocol";
import { BlobMissingError } from "@ossicle/store";
import {
  type CommittedDelivery,
  pendingDelivery,
  prepareDelivery,
  type PreparedDelivery,
} from "../../callback/prepare-delivery.ts";
import { changeKey, commitToKey } from "../../objects/versions/change-key.ts";
import { payloadOf } from "../../objects/records/head.ts";
import type { BucketContext, Handler } from "../handler.ts";
import { findReadable, type Readable } from "./readable-version.ts";
import { shownVersionId } from "./require-version.ts";

/** Calls the application back for the current version of a key. */
export const triggerCallback: Handler<"triggerCallback"> = async (context, { key }) => {
  const found = await findReadable(context, { key });
  const prepared = await prepare(context, found, key);
  const { record } = found.version;
  const { services, bucket, head } = context;
  // The delivery reports the version that was read, even if another one is current by now.
  const committed = await changeKey<Committed>(services, { bucket, key, head }, async (current) => {
    if (current.head === undefined || current.head.record.deleteMarker === true) {
      throw new OssError("NoSuchKey", { Key: key }); // it was removed meanwhile
    }
    const { puts, made } = prepared.alongside(services.clock(), record);
    const written = await commitToKey(services, current, { puts, deletes: [] });
    return written.ok ? { done: { made, version: written.version } } : written.changed;
  });
  return {
    output: { etag: record.etag, hashCrc64: record.crc64, ...shownVersionId(bucket, record) },
    ...pendingDelivery(committed),
  };
};

interface Committed {
  readonly made: CommittedDelivery | undefined;
  readonly version: number;
}

async function prepare(
  context: BucketContext,
  { version }: Readable,
  key: string,
): Promise<PreparedDelivery> {
  const { record } = version;
  const payload = payloadOf(version);
  const { extents, manifest } = record;
  const upload = { key, operation: "TriggerCallback", record, payload, extents, manifest };
  const prepared = await prepareDelivery(context, upload).catch((cause: unknown) => {
    // The object was overwritten or removed while its image size was read.
    if (cause instanceof BlobMissingError) throw new OssError("ServiceUnavailable", {}, { cause });
    throw cause;
  });
  if (prepared !== undefined) return prepared;
  throw new OssError(
    "InvalidArgument",
    { ArgumentName: "callback", ArgumentValue: "" },
    { message: "The process names no callbackUrl." },
  );
}
