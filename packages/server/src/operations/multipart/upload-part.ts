// UploadPart: takes the body into a blob of its own, whatever its size, and puts it in place of a part of the same number.
import { discardAfter, ingest } from "../../objects/ingest.ts";
import { putPart } from "../../objects/parts.ts";
import { findUpload, noSuchUpload } from "../../objects/uploads.ts";
import type { Handler } from "../handler.ts";
import { checkDigests } from "../object/check-digests.ts";
import { requirePartNumber } from "./require-part-number.ts";

/** Stores a part. */
export const uploadPart: Handler<"uploadPart"> = async (context, input) => {
  const { services, bucket, head, message } = context;
  const { key, uploadId } = input;
  const partNumber = requirePartNumber(input);
  const target = { bucket, key, head };
  // Early, to spare the client the body; the commit decides.
  if ((await findUpload(services, target, uploadId)) === undefined) {
    throw noSuchUpload(uploadId, "part");
  }
  const body = await ingest(services, message.body, 0);
  try {
    checkDigests(input, body);
    const etag = body.md5.toString("hex").toUpperCase();
    const { crc64, size, extents = [], intent } = body;
    const record = { etag, crc64, size, extents };
    const part = await putPart(services, target, { uploadId, partNumber, record, intent });
    if (part === undefined) throw noSuchUpload(uploadId, "part");
    return { output: { etag, hashCrc64: crc64, contentMd5: body.md5.toString("base64") } };
  } catch (cause) {
    await discardAfter(services, body, cause);
    throw cause;
  }
};
