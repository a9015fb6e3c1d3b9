// SealAppendObject: seals an appendable object, so that no more bytes can be appended.
import { httpDate, integer } from "../../codec.ts";
import { bucketName, header, objectKey, type Operation, query } from "../../operation.ts";

/** What SealAppendObject takes. */
export interface SealAppendObjectInput {
  readonly bucket: string;
  readonly key: string;
  /** Must be the object's size. */
  readonly position: number;
}

/** What SealAppendObject answers. */
export interface SealAppendObjectOutput {
  readonly sealedTime: Date;
}

/** Seals an appendable object: it accepts no further appends. */
export const sealAppendObject: Operation<SealAppendObjectInput, SealAppendObjectOutput> = {
  name: "SealAppendObject",
  method: "POST",
  level: "object",
  selectors: ["seal"],
  modifiers: ["position"],
  access: "write",
  action: "PutObject",
  implies: "object headers",
  idempotent: true,
  reads: "body",
  input: { bucket: bucketName(), key: objectKey(), position: query("position", integer()) },
  output: { sealedTime: header("x-oss-sealed-time", httpDate) },
};
