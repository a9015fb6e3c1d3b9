// Stores a body for PutObject and PostObject: ingests it, checks its digests, renders the callback,
// and commits.
import { pendingDelivery, prepareDelivery } from "../../callback/prepare-delivery.ts";
import { discardAfter, type Ingested, ingest } from "../../objects/bytes/ingest.ts";
import { chooseEncryption, shownEncryption } from "../../objects/buckets/choose-encryption.ts";
import { writeObject } from "../../objects/versions/write-object.ts";
import type { NewObject } from "../../objects/versions/new-object.ts";
import type { PutObjectInput, PutObjectOutput } from "@ossicle/protocol";
import type { BucketContext, Result } from "../handler.ts";
import { shownVersionId } from "./require-version.ts";
import { checkDigests } from "./check-digests.ts";
import { overwriteGuard } from "./forbid-overwrite.ts";
import { retentionOfUpload } from "./object-retention.ts";
import { refusePublicObjectAcl } from "./refuse-public-object-acl.ts";
import { storeTags } from "./store-tags.ts";
import { storeHeaders, type StoredHeaders } from "./stored-headers.ts";
import type { ObjectRecord } from "../../objects/records/records.ts";

/** The part of an input that describes the new object. */
export type StoreInput = Omit<PutObjectInput, "bucket" | "callback" | "callbackVar">;

/** Stores the request's body as an object. */
export async function storeBody(
  context: BucketContext,
  input: StoreInput,
  operation: "PutObject" | "PostObject",
): Promise<Result<PutObjectOutput>> {
  const { services, bucket, head } = context;
  const guard = await overwriteGuard(context, input);
  // An early check, so that the client need not send the body. The commit decides.
  guard?.({ bucket, key: input.key, head });
  await refusePublicObjectAcl(context, input);
  const headers = storeHeaders(input);
  const tags = storeTags(input.tagging);
  const retention = retentionOfUpload(bucket, input, services.clock());
  const encryption = await chooseEncryption(services, bucket, input);
  const body = await ingest(services, context.message.body, { encryption });
  try {
    checkDigests(input, body);
    const object = describe(context, { input, headers, tags, retention, body });
    const prepared = await prepareDelivery(context, {
      key: input.key,
      operation,
      ...object,
      extents: body.extents,
    });
    const written = await writeObject(
      services,
      { bucket, key: input.key, head, guard, ...prepared },
      object,
    );
    const { etag, contentMd5 = "", crc64 } = object.record;
    return {
      output: {
        etag,
        contentMd5,
        hashCrc64: crc64,
        ...shownVersionId(bucket, written.record),
        ...shownEncryption(body.encryption),
      },
      ...pendingDelivery(written),
    };
  } catch (cause) {
    await discardAfter(services, body, cause);
    throw cause;
  } finally {
    body.release();
  }
}

interface Upload {
  readonly input: StoreInput;
  readonly headers: StoredHeaders;
  readonly tags: ObjectRecord["tags"];
  readonly retention: Pick<ObjectRecord, "retention" | "legalHold">;
  readonly body: Ingested;
}

function describe(context: BucketContext, upload: Upload): NewObject {
  const { input, headers, tags, retention, body } = upload;
  return {
    record: {
      size: body.size,
      etag: body.md5.toString("hex").toUpperCase(),
      crc64: body.crc64,
      contentMd5: body.md5.toString("base64"),
      type: "Normal",
      storageClass: input.storageClass ?? context.bucket.record.storageClass,
      acl: input.acl === "default" ? undefined : input.acl,
      contentType: headers.contentType,
      headers: headers.headers,
      metadata: headers.metadata,
      tags,
      ...retention,
      extents: body.extents,
      encryption: body.encryption,
    },
    ...(body.storedPayload === undefined ? {} : { payload: body.storedPayload }),
    ...(body.intent === undefined ? {} : { intent: body.intent }),
  };
}
