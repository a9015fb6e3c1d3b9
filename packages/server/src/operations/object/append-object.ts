// AppendObject: stores the body and appends it to the object in place. The first append creates the
// object.
import { OssError } from "@ossicle/protocol";
import { pendingDelivery, prepareDelivery } from "../../callback/prepare-delivery.ts";
import { appendToObject, requirePosition } from "../../objects/versions/append-object.ts";
import {
  chooseEncryption,
  encryptionOf,
  shownEncryption,
} from "../../objects/buckets/choose-encryption.ts";
import { discardAfter, ingest } from "../../objects/bytes/ingest.ts";
import type { Handler } from "../handler.ts";
import { notForAppendable } from "./object-retention.ts";
import { checkDigests } from "./check-digests.ts";
import { refusePublicObjectAcl } from "./refuse-public-object-acl.ts";
import { shownVersionId } from "./require-version.ts";
import { storeTags } from "./store-tags.ts";
import { storeHeaders } from "./stored-headers.ts";

/** Appends the request body. */
export const appendObject: Handler<"appendObject"> = async (context, input) => {
  const { services, bucket, head, message } = context;
  const { key, position } = input;
  if (position === undefined) throw new OssError("MissingArgument");
  // Appends change a version in place (documentation of ObjectWorm).
  if (bucket.gate.objectWorm !== undefined) throw notForAppendable();
  const existing = head === undefined || head.record.deleteMarker === true ? undefined : head;
  const first = {
    ...storeHeaders(input),
    storageClass: input.storageClass ?? bucket.record.storageClass,
    acl: input.acl === "default" ? undefined : input.acl,
    // Tags of later appends are ignored, even invalid ones (integration test of oss2).
    tags: existing === undefined ? storeTags(input.tagging) : undefined,
  };
  await refusePublicObjectAcl(context, input);
  requirePosition(head, position, message.body.lengthBytes);
  // The first append decides (integration tests of four SDKs).
  const encryption =
    existing === undefined
      ? await chooseEncryption(services, bucket, input)
      : await encryptionOf(services, existing.record);
  const body = await ingest(services, message.body, { encryption });
  try {
    checkDigests(input, body);
    const target = { bucket, key, head };
    const appended = await appendToObject(services, target, {
      position,
      body,
      first,
      acl: input.acl,
      prepare: (record) => prepareDelivery(context, { key, operation: "AppendObject", record }),
    });
    const { record } = appended;
    return {
      output: {
        etag: record.etag,
        nextAppendPosition: record.size,
        hashCrc64: record.crc64,
        ...shownVersionId(bucket, record),
        ...shownEncryption(record.encryption),
      },
      ...pendingDelivery(appended),
    };
  } catch (cause) {
    await discardAfter(services, body, cause);
    throw cause;
  } finally {
    body.release();
  }
};
