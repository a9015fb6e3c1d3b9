// PutBucketVersioning: sets whether a bucket keeps overwritten and deleted versions. Once
// configured, versioning can be suspended, but not removed.
import { type Codec, oneOf } from "../../codec.ts";
import { bucketName, requiredElement, type Nothing, type Operation } from "../../operation.ts";
import { leaf } from "../../xml/codec.ts";

/** Whether new versions are kept beside old ones. */
export type VersioningStatus = "Enabled" | "Suspended";

export const versioningStatus: Codec<VersioningStatus> = oneOf("Enabled", "Suspended");

/** What PutBucketVersioning takes. */
export interface PutBucketVersioningInput {
  readonly bucket: string;
  readonly status: VersioningStatus;
}

/** Sets a bucket's versioning. */
export const putBucketVersioning: Operation<PutBucketVersioningInput, Nothing> = {
  name: "PutBucketVersioning",
  method: "PUT",
  level: "bucket",
  selectors: ["versioning"],
  access: "owner",
  action: "PutBucketVersioning",
  idempotent: true,
  reads: "nothing",
  inputRoot: "VersioningConfiguration",
  input: { bucket: bucketName(), status: requiredElement("Status", leaf(versioningStatus)) },
  output: {},
};
