// PutStyle: a named process for images.
import { text } from "../../codec.ts";
import {
  bucketName,
  type Nothing,
  type Operation,
  query,
  requiredElement,
} from "../../operation.ts";
import { leaf } from "../../xml/codec.ts";

/** What PutStyle takes. */
export interface PutStyleInput {
  readonly bucket: string;
  /** 1 to 63 letters, digits, `-`, `_` and `.`. */
  readonly styleName: string;
  /** `image/resize,p_50`. It is checked when it is used. */
  readonly content: string;
  /** Stored and returned; `image` when absent. */
  readonly category?: string;
}

/** Sets a style of a bucket, which a GetObject names in `process`: `style/NAME`. */
export const putStyle: Operation<PutStyleInput, Nothing> = {
  name: "PutStyle",
  method: "PUT",
  level: "bucket",
  selectors: ["style"],
  modifiers: ["styleName", "category"],
  access: "owner",
  action: "PutStyle",
  idempotent: true,
  reads: "nothing",
  inputRoot: "Style",
  input: {
    bucket: bucketName(),
    styleName: query("styleName", text),
    content: requiredElement("Content", leaf(text)),
    category: query("category", text),
  },
  output: {},
};
