// UploadPart: stores a body of any size in a blob of its own. It replaces a part of the same
// number.
import { discardAfter, ingest } from "../../objects/bytes/ingest.ts";
import { encryptionOf, shownEncryption } from "../../objects/buckets/choose-encryption.ts";
import { putPart } from "../../objects/uploads/parts.ts";
import { hashOn, previousPart } from "../../objects/uploads/sequential-upload.ts";
import { findUpload, noSuchUpload } from "../../objects/uploads/uploads.ts";
import type { Handler } from "../handler.ts";
import { checkDigests } from "../object/check-digests.ts";
import { requirePartNumber } from "./require-part-number.ts";

/** Stores a part. */
export const uploadPart: Handler<"uploadPart"> = async (context, input) => {
  const { services, bucket, head, message } = context;
  const { key, uploadId } = input;
  const partNumber = requirePartNumber(input);
  const target = { bucket, key, head };
  // An early check, so that the client need not send the body. The commit decides.
  const upload = await findUpload(services, target, uploadId);
  if (upload === undefined) throw noSuchUpload(uploadId, "part");
  const sequential = upload.record.sequential === true;
  const { lengthBytes, chunks, free } = message.body;
  const hashed = sequential
    ? await hashOn(chunks, await previousPart(services.metadata, { upload, partNumber }))
    : { chunks, running: () => undefined };
  const encryption = await encryptionOf(services, upload.record);
  const arriving = { lengthBytes, chunks: hashed.chunks, free };
  const body = await ingest(services, arriving, { inlineLimitBytes: 0, encryption });
  try {
    checkDigests(input, body);
    const etag = body.md5.toString("hex").toUpperCase();
    const { crc64, size, extents = [], intent } = body;
    const running = hashed.running();
    const record = { etag, crc64, size, extents, encryption: body.encryption, running };
    const newPart = { uploadId, partNumber, record, intent, sequential };
    const part = await putPart(services, target, newPart);
    if (part === undefined) throw noSuchUpload(uploadId, "part");
    return {
      output: {
        etag,
        hashCrc64: crc64,
        contentMd5: body.md5.toString("base64"),
        ...shownEncryption(body.encryption),
      },
    };
  } catch (cause) {
    await discardAfter(services, body, cause);
    throw cause;
  }
};
