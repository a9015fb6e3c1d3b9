// ProcessObject: renders the image, and stores the result as PutObject would.
import { Readable } from "node:stream";
import { decodeKey, isBucketName, OssError, splitSaveAs } from "@ossicle/protocol";
import { authorize } from "../../access/authorize.ts";
import { findVersion } from "../../objects/versions/find-version.ts";
import type { BucketContext, Handler } from "../handler.ts";
import { renderImage } from "./process-image.ts";
import { requireReadableBytes } from "./readable-bytes.ts";
import { findReadable } from "./readable-version.ts";
import { storeBody } from "./store-body.ts";

/** Stores a processed image. */
export const processObject: Handler<"processObject"> = async (context, input) => {
  const saveAs = splitSaveAs(input.process);
  if (saveAs === undefined) throw new OssError("InvalidArgument", refusedProcess(input.process));
  const { process, bucket } = saveAs;
  const key = decodeKey(saveAs.key);
  // The right to process an image is one to write. Its own ACL may still forbid reading it.
  const image = { operation: "getObject", bucket: context.bucket.name, key: input.key } as const;
  authorize(context.identity, image, { found: context.found });
  const target = await findTarget(context, key, bucket);
  const readable = await findReadable(context, { key: input.key });
  requireReadableBytes(context, readable);
  const { bytes, contentType } = await renderImage(context, { readable, process });
  const body = { lengthBytes: bytes.length, chunks: Readable.from([bytes]) };
  const { message } = context;
  const writing = { ...target, message: { ...message, body }, callback: undefined };
  await storeBody(writing, { key, contentType }, "PutObject");
  const fields = { bucket: bucket ?? "", fileSize: bytes.length, object: key, status: "OK" };
  // Laid out as OSS does, because SDKs look for texts in it (integration test of the Java SDK).
  return { output: { result: JSON.stringify(fields, undefined, 4) } };
};

function refusedProcess(process: string): { ArgumentName: string; ArgumentValue: string } {
  return { ArgumentName: "x-oss-process", ArgumentValue: process.slice(0, 100) };
}

// The sender needs the right to write the new object, in a bucket of the same account (image
// processing documentation, save as).
async function findTarget(
  context: BucketContext,
  key: string,
  named: string | undefined,
): Promise<BucketContext> {
  const { services, identity, bucket: source } = context;
  const bucket = named ?? source.name;
  if (!isBucketName(bucket)) throw new OssError("InvalidBucketName", { BucketName: bucket });
  const found = await findVersion(services, { bucket, key });
  authorize(identity, { operation: "putObject", bucket, key }, { found });
  if (found.bucket === undefined) throw new OssError("NoSuchBucket", { BucketName: bucket });
  if (found.bucket.record.owner !== source.record.owner) {
    const message = "The bucket belongs to another account than the image.";
    throw new OssError("AccessDenied", {}, { message });
  }
  return { ...context, found, bucket: found.bucket, head: found.head, version: found.version };
}
