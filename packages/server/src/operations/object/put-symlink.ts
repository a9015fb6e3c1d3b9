// PutSymlink: stores an object without bytes that names another key. Reads check whether that key
// exists.
import { createHash } from "node:crypto";
import { decodeKey, OssError, utf8ToBinary } from "@ossicle/protocol";
import { writeObject } from "../../objects/versions/write-object.ts";
import type { Handler } from "../handler.ts";
import { retentionOfUpload } from "./object-retention.ts";
import { refusePublicObjectAcl } from "./refuse-public-object-acl.ts";
import { shownVersionId } from "./require-version.ts";
import { overwriteGuard } from "./forbid-overwrite.ts";
import { storeTags } from "./store-tags.ts";
import { storeHeaders } from "./stored-headers.ts";

/** Makes a symlink. */
export const putSymlink: Handler<"putSymlink"> = async (context, input) => {
  const { services, bucket, head } = context;
  const { key, symlinkTarget } = input;
  if (symlinkTarget === undefined) {
    throw new OssError(
      "InvalidArgument",
      { ArgumentName: "x-oss-symlink-target", ArgumentValue: "" },
      { message: "The symlink target is missing." },
    );
  }
  decodeKey(utf8ToBinary(symlinkTarget));
  await refusePublicObjectAcl(context, input);
  const { record } = await writeObject(
    services,
    { bucket, key, head, guard: await overwriteGuard(context, input) },
    {
      record: {
        size: 0,
        etag: createHash("md5").update(symlinkTarget).digest("hex").toUpperCase(),
        crc64: "0",
        type: "Symlink",
        ...storeHeaders(input),
        storageClass: input.storageClass ?? bucket.record.storageClass,
        acl: input.acl === "default" ? undefined : input.acl,
        tags: storeTags(input.tagging),
        ...retentionOfUpload(bucket, input, services.clock()),
        symlinkTarget,
      },
    },
  );
  return { output: { etag: record.etag, ...shownVersionId(bucket, record) } };
};
