// Stores an object that the server itself makes: an access log, a list of an inventory.
import type { ServerSideEncryption } from "@ossicle/protocol";
import type { ByteServices } from "../bytes/byte-services.ts";
import { discardAfter, ingest } from "../bytes/ingest.ts";
import type { Bucket } from "../buckets/bucket.ts";
import { chooseEncryption } from "../buckets/choose-encryption.ts";
import type { ChangingServices } from "./change-key.ts";
import { writeObject } from "./write-object.ts";

/** An object to store. */
export interface StoredText {
  readonly bucket: Bucket;
  readonly key: string;
  readonly contentType: string;
  readonly chunks: AsyncIterable<Uint8Array>;
  /** By default, as the bucket's rule says. */
  readonly encryption?: ServerSideEncryption;
}

/** Stores the object, and returns its size and its MD5. */
export async function storeText(
  services: ChangingServices & ByteServices,
  { bucket, key, contentType, chunks, encryption: asked = {} }: StoredText,
): Promise<{ readonly sizeBytes: number; readonly md5: Uint8Array }> {
  const encryption = await chooseEncryption(services, bucket, asked);
  const body = await ingest(services, { lengthBytes: undefined, chunks }, { encryption });
  try {
    const target = { bucket, key, head: undefined };
    await writeObject(services, target, {
      record: {
        size: body.size,
        etag: body.md5.toString("hex").toUpperCase(),
        crc64: body.crc64,
        contentMd5: body.md5.toString("base64"),
        type: "Normal",
        storageClass: bucket.record.storageClass,
        contentType,
        extents: body.extents,
        encryption: body.encryption,
      },
      ...(body.storedPayload === undefined ? {} : { payload: body.storedPayload }),
      ...(body.intent === undefined ? {} : { intent: body.intent }),
    });
    return { sizeBytes: body.size, md5: body.md5 };
  } catch (cause) {
    await discardAfter(services, body, cause);
    throw cause;
  } finally {
    body.release();
  }
}
