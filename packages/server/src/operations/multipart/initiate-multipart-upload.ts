// InitiateMultipartUpload: stores the headers of the future object. Callback headers are tolerated,
// because the .NET SDK sends them here too.
import { beginUpload } from "../../objects/uploads/uploads.ts";
import { chooseEncryption, shownEncryption } from "../../objects/buckets/choose-encryption.ts";
import { refuseOverwriting } from "../../objects/versions/write-object.ts";
import type { Handler } from "../handler.ts";
import { retentionOfUpload } from "../object/object-retention.ts";
import { refusePublicObjectAcl } from "../object/refuse-public-object-acl.ts";
import { storeTags } from "../object/store-tags.ts";
import { storeHeaders } from "../object/stored-headers.ts";

/** Begins an upload in parts. */
export const initiateMultipartUpload: Handler<"initiateMultipartUpload"> = async (
  context,
  input,
) => {
  const { services, bucket, head } = context;
  const { key, encodingType } = input;
  const target = { bucket, key, head };
  if (input.forbidOverwrite === true) refuseOverwriting(target);
  await refusePublicObjectAcl(context, input);
  const encryption = (await chooseEncryption(services, bucket, input))?.record;
  const uploadId = await beginUpload(services, target, {
    ...storeHeaders(input),
    storageClass: input.storageClass ?? bucket.record.storageClass,
    acl: input.acl === "default" ? undefined : input.acl,
    tags: storeTags(input.tagging),
    encryption,
    ...retentionOfUpload(bucket, input, services.clock()),
    ...(input.sequential === undefined ? {} : { sequential: true as const }),
  });
  return {
    output: {
      ...(encodingType === undefined ? {} : { encodingType }),
      bucket: bucket.name,
      key,
      uploadId,
      ...shownEncryption(encryption),
    },
  };
};
