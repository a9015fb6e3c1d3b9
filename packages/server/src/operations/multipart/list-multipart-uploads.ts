// ListMultipartUploads: a page of uploads by key and upload id.
import { largestMaxUploads } from "@ossicle/protocol";
import { listUploads } from "../../objects/listing/list-uploads.ts";
import { uploadIdText } from "../../objects/uploads/uploads.ts";
import { checkListArguments } from "../bucket/list-arguments.ts";
import type { Handler } from "../handler.ts";

/** Lists uploads under way. */
export const listMultipartUploads: Handler<"listMultipartUploads"> = async (
  { services, bucket },
  input,
) => {
  const { prefix = "", delimiter = "", keyMarker = "", encodingType } = input;
  const { uploadIdMarker = "", maxUploads = largestMaxUploads } = input;
  checkListArguments({
    prefix,
    delimiter,
    "key-marker": keyMarker,
    "upload-id-marker": uploadIdMarker,
  });
  const page = await listUploads(services.metadata, bucket.id, {
    prefix,
    delimiter,
    keyMarker,
    uploadIdMarker,
    limit: maxUploads,
  });
  // Behind a common prefix the id does not matter. SDKs expect one in every page with uploads
  // (integration test of the Java SDK).
  const lastUpload = page.last.upload ?? page.uploads.at(-1)?.upload;
  return {
    output: {
      ...(encodingType === undefined ? {} : { encodingType }),
      bucket: bucket.name,
      // Empty even where the request has markers (integration test of the Java SDK).
      keyMarker: "",
      uploadIdMarker: "",
      nextKeyMarker: page.last.key,
      nextUploadIdMarker: lastUpload === undefined ? "" : uploadIdText(lastUpload),
      delimiter,
      prefix,
      maxUploads,
      isTruncated: page.isTruncated,
      uploads: page.uploads.map(({ key, upload, record }) => ({
        key,
        uploadId: uploadIdText(upload),
        storageClass: record.storageClass,
        initiated: new Date(record.startedMs),
      })),
      commonPrefixes: page.commonPrefixes.map((one) => ({ prefix: one })),
    },
  };
};
