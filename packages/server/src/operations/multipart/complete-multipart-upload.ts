// CompleteMultipartUpload: completes the upload. A callback is rendered before the commit, and the
// application's answer replaces the document.
import { type CompletedPart, OssError } from "@ossicle/protocol";
import { pendingDelivery, prepareDelivery } from "../../callback/prepare-delivery.ts";
import { shownEncryption } from "../../objects/buckets/choose-encryption.ts";
import { completeUpload } from "../../objects/uploads/complete-upload.ts";
import { findUpload, noSuchUpload } from "../../objects/uploads/uploads.ts";
import type { Handler } from "../handler.ts";
import { overwriteGuard } from "../object/forbid-overwrite.ts";
import { objectUrl } from "../object/object-url.ts";
import { refusePublicObjectAcl } from "../object/refuse-public-object-acl.ts";
import { shownVersionId } from "../object/require-version.ts";

type CompleteInput = Parameters<Handler<"completeMultipartUpload">>[1];

/** Makes one object of an upload's parts. */
export const completeMultipartUpload: Handler<"completeMultipartUpload"> = async (
  context,
  input,
) => {
  const { services, bucket, head } = context;
  const { key, uploadId, encodingType } = input;
  // A missing upload is reported before a document that names no part (integration tests of the Go
  // SDK v2).
  const target = { bucket, key, head };
  if (input.parts === undefined && (await findUpload(services, target, uploadId)) === undefined) {
    throw noSuchUpload(uploadId, "complete");
  }
  const parts = partsOf(input);
  await refusePublicObjectAcl(context, input);
  const completed = await completeUpload(services, {
    bucket,
    key,
    head,
    uploadId,
    parts,
    forbidOverwrite: (await overwriteGuard(context, input)) !== undefined,
    acl: input.acl === "default" ? undefined : input.acl,
    prepare: (object) =>
      prepareDelivery(context, { key, operation: "CompleteMultipartUpload", ...object }),
  });
  const { record } = completed;
  return {
    output: {
      etag: record.etag,
      hashCrc64: record.crc64,
      ...shownVersionId(bucket, record),
      ...shownEncryption(record.encryption),
      ...(encodingType === undefined ? {} : { encodingType }),
      location: objectUrl(context, key),
      bucket: bucket.name,
      key,
      documentEtag: record.etag,
    },
    ...pendingDelivery(completed),
  };
};

function partsOf({ completeAll, parts }: CompleteInput): readonly CompletedPart[] | undefined {
  if (completeAll === "yes") {
    if (parts === undefined) return undefined;
    throw new OssError(
      "InvalidArgument",
      { ArgumentName: "x-oss-complete-all", ArgumentValue: "yes" },
      {
        message: "Should not speficy both complete all header and http body.", // sic
        ec: "0042-00000216",
      },
    );
  }
  const named = parts?.every((part) => part.partNumber !== undefined && part.etag !== undefined);
  // A document without a part makes an empty object (integration test of the Java SDK).
  if (parts === undefined || named === false) {
    throw new OssError(
      "MalformedXML",
      { ErrorDetail: "The document must name its parts, each with PartNumber and ETag." },
      { ec: "0042-00000205" },
    );
  }
  return parts;
}
