// The names of uploads and parts, which the operations on parts share.
import { integer, text } from "../../codec.ts";
import { type Binding, bucketName, objectKey, query } from "../../operation.ts";

/** Most parts of an upload (OSS limits page). */
export const maxParts = 10_000;

/**
 * Smallest size of every part except the last, in bytes: 100 KB (OSS limits page; EC
 * 0042-00000213).
 */
export const minPartBytes = 102_400;

/** Names an upload. */
export interface UploadName {
  readonly bucket: string;
  readonly key: string;
  readonly uploadId: string;
}

/** Names a part. */
export interface PartName extends UploadName {
  /** 1 to 10,000. */
  readonly partNumber: number;
}

export const uploadName: { readonly [K in keyof UploadName]: Binding<string> } = {
  bucket: bucketName(),
  key: objectKey(),
  uploadId: query("uploadId", text),
};

export const partNumber: Binding<number> = query("partNumber", integer(1, maxParts), {
  message: "Part number must be an integer between 1 and 10000, inclusive.",
  argumentName: "PartNumber",
  ec: "0017-00000220",
});
