// ListParts: a page of an upload's parts by number.
import { largestMaxParts, type ListPartsOutput } from "@ossicle/protocol";
import { readParts } from "../../objects/uploads/parts.ts";
import { findUpload, noSuchUpload } from "../../objects/uploads/uploads.ts";
import type { Handler } from "../handler.ts";

/** Lists an upload's parts. */
export const listParts: Handler<"listParts"> = async ({ services, bucket }, input) => {
  const { key, uploadId, maxParts = largestMaxParts, partNumberMarker = 0, encodingType } = input;
  const upload = await findUpload(services, { bucket, key }, uploadId);
  if (upload === undefined) throw noSuchUpload(uploadId, "list");
  const after = Math.min(partNumberMarker, 0xfffe);
  const found = await readParts(services, upload.id, { after, limit: maxParts + 1 });
  const parts = found.slice(0, maxParts).map(({ partNumber, record }) => ({
    partNumber,
    lastModified: new Date(record.modifiedMs),
    etag: record.etag,
    hashCrc64: record.crc64,
    size: record.size,
  }));
  return {
    output: {
      ...(encodingType === undefined ? {} : { encodingType }),
      bucket: bucket.name,
      key,
      uploadId,
      storageClass: upload.record.storageClass,
      partNumberMarker,
      nextPartNumberMarker: parts.at(-1)?.partNumber ?? "",
      maxParts,
      isTruncated: found.length > maxParts,
      ...clientEncryption(upload.record.metadata ?? {}),
      parts,
    },
  };
};

// SDKs with client-side encryption store their parameters in user metadata. They read them from
// this list to resume an upload.
function clientEncryption(
  metadata: Readonly<Record<string, string>>,
): Partial<Pick<ListPartsOutput, (typeof encryptionFields)[number][0]>> {
  const found = encryptionFields.flatMap(([field, name]) => {
    const value = metadata[`client-side-encryption-${name}`];
    return value === undefined ? [] : [[field, value] as const];
  });
  return Object.fromEntries(found);
}

const encryptionFields = [
  ["clientEncryptionKey", "key"],
  ["clientEncryptionStart", "start"],
  ["clientEncryptionCekAlg", "cek-alg"],
  ["clientEncryptionWrapAlg", "wrap-alg"],
  ["clientEncryptionDataSize", "data-size"],
  ["clientEncryptionPartSize", "part-size"],
] as const;
