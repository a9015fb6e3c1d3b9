// PutBucketTransferAcceleration: turns transfer acceleration on or off. Ossicle stores the
// setting, but does not use it.
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
export interface BucketTransferAccelerationConfiguration {
  /** Stored and returned. It has no other effect. */
  readonly enabled: boolean;
}

export const bucketTransferAccelerationElement: Binding<boolean> = requiredElement(
  "Enabled",
  leaf(flag),
);

/** What PutBucketTransferAcceleration takes. */
export type PutBucketTransferAccelerationInput = BucketTransferAccelerationConfiguration & {
  readonly bucket: string;
};

/** Turns transfer acceleration on or off. Ossicle stores the setting, but does not use it. */
export const putBucketTransferAcceleration: Operation<PutBucketTransferAccelerationInput, Nothing> =
  {
    name: "PutBucketTransferAcceleration",
    method: "PUT",
    level: "bucket",
    selectors: ["transferAcceleration"],
    access: "owner",
    action: "PutBucketTransferAcceleration",
    idempotent: true,
    reads: "nothing",
    inputRoot: "TransferAccelerationConfiguration",
    input: { bucket: bucketName(), enabled: bucketTransferAccelerationElement },
    output: {},
  };
