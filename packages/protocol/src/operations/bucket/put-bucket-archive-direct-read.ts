// PutBucketArchiveDirectRead: lets Archive objects be read without a restore.
import { flag } from "../../codec.ts";
import {
  type Binding,
  bucketName,
  requiredElement,
  type Nothing,
  type Operation,
} from "../../operation.ts";
import { leaf } from "../../xml/codec.ts";

/** What the document says. */
export interface BucketArchiveDirectReadConfiguration {
  /** Whether Archive objects can be read at once. */
  readonly enabled: boolean;
}

export const bucketArchiveDirectReadElement: Binding<boolean> = requiredElement(
  "Enabled",
  leaf(flag),
);

/** What PutBucketArchiveDirectRead takes. */
export interface PutBucketArchiveDirectReadInput extends BucketArchiveDirectReadConfiguration {
  readonly bucket: string;
}

/** Sets whether Archive objects can be read without a restore. */
export const putBucketArchiveDirectRead: Operation<PutBucketArchiveDirectReadInput, Nothing> = {
  name: "PutBucketArchiveDirectRead",
  method: "PUT",
  level: "bucket",
  selectors: ["bucketArchiveDirectRead"],
  access: "owner",
  action: "PutBucketArchiveDirectRead",
  idempotent: true,
  reads: "nothing",
  inputRoot: "ArchiveDirectReadConfiguration",
  input: { bucket: bucketName(), enabled: bucketArchiveDirectReadElement },
  output: {},
};
