// ListStyle: the styles of a bucket.
import { bucketName, elements, type Operation } from "../../operation.ts";
import { type Style, styleElement } from "./get-style.ts";

/** What ListStyle takes. */
export interface ListStyleInput {
  readonly bucket: string;
}

/** What ListStyle answers: the oldest style first. */
export interface ListStyleOutput {
  readonly styles: readonly Style[];
}

/** Lists the styles of a bucket, at most 50. */
export const listStyle: Operation<ListStyleInput, ListStyleOutput> = {
  name: "ListStyle",
  method: "GET",
  level: "bucket",
  selectors: ["style"],
  access: "owner",
  action: "ListStyle",
  idempotent: true,
  reads: "nothing",
  outputRoot: "StyleList",
  outputRequired: true,
  input: { bucket: bucketName() },
  output: { styles: elements("Style", styleElement) },
};
