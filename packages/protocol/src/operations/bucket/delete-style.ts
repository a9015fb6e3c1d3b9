// DeleteStyle: removes a style of a bucket.
import { text } from "../../codec.ts";
import { bucketName, type Nothing, type Operation, query } from "../../operation.ts";

/** What DeleteStyle takes. */
export interface DeleteStyleInput {
  readonly bucket: string;
  readonly styleName: string;
}

/** Removes a style of a bucket. One that is not there is not an error. */
export const deleteStyle: Operation<DeleteStyleInput, Nothing> = {
  name: "DeleteStyle",
  method: "DELETE",
  level: "bucket",
  selectors: ["style"],
  modifiers: ["styleName"],
  access: "owner",
  action: "DeleteStyle",
  idempotent: true,
  reads: "nothing",
  status: 204,
  input: { bucket: bucketName(), styleName: query("styleName", text) },
  output: {},
};
