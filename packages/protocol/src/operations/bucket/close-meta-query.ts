// CloseMetaQuery: ends the search of a bucket's objects.
import { bucketName, type Nothing, type Operation } from "../../operation.ts";

/** What CloseMetaQuery takes. */
export interface CloseMetaQueryInput {
  readonly bucket: string;
}

/** Ends the search of a bucket's objects. It is no error where they cannot be searched. */
export const closeMetaQuery: Operation<CloseMetaQueryInput, Nothing> = {
  name: "CloseMetaQuery",
  method: "POST",
  level: "bucket",
  selectors: ["metaQuery", "comp=delete"],
  access: "owner",
  action: "CloseMetaQuery",
  idempotent: true,
  reads: "nothing",
  input: { bucket: bucketName() },
  output: {},
};
