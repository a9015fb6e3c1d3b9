// DeleteMultipleObjects: removes key by key; every requested key is reported, whether or not it existed.
import { type DeletedObject, maxDeletedObjects, OssError } from "@ossicle/protocol";
import { decodeKey, utf8ToBinary } from "@ossicle/protocol";
import { lookUp } from "../../objects/look-up.ts";
import { removeObject } from "../../objects/write-object.ts";
import type { BucketContext, Handler } from "../handler.ts";
import { checkVersionId } from "../object/current-version.ts";

/** Removals under way at a time: enough to fill a group commit, few enough to leave room for others. */
const concurrency = 64;

/** Removes objects. */
export const deleteMultipleObjects: Handler<"deleteMultipleObjects"> = async (context, input) => {
  const { objects } = input;
  if (objects.length === 0 || objects.length > maxDeletedObjects) {
    throw new OssError(
      "MalformedXML",
      { ErrorDetail: `The document must name 1 to ${maxDeletedObjects} objects.` },
      { ec: "0016-00000608" },
    );
  }
  for (const { key, versionId } of objects) {
    if (key === undefined) {
      throw new OssError(
        "MalformedXML",
        { ErrorDetail: "An Object has no Key." },
        { ec: "0016-00000608" },
      );
    }
    decodeKey(utf8ToBinary(key));
    checkVersionId(key, versionId);
  }
  const deleted: DeletedObject[] = [];
  for (let at = 0; at < objects.length; at += concurrency) {
    const some = objects.slice(at, at + concurrency);
    await Promise.all(some.map(({ key }) => removeOne(context, key)));
    deleted.push(...some);
  }
  const encoding = input.encodingType === undefined ? {} : { encodingType: input.encodingType };
  const output = { ...encoding, deleted };
  return input.quiet === true ? { output, silent: true } : { output };
};

async function removeOne({ services, bucket }: BucketContext, key: string): Promise<void> {
  const found = await lookUp(services, bucket.name, key, { payload: true });
  if (found.bucket?.record.id !== bucket.record.id) {
    throw new OssError("NoSuchBucket", { BucketName: bucket.name });
  }
  await removeObject(services, { bucket: found.bucket, key, head: found.head });
}
