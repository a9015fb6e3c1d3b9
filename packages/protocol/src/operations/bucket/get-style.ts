// GetStyle: a style of a bucket.
import { httpDate, text } from "../../codec.ts";
import { type Bindings, bucketName, element, type Operation, query } from "../../operation.ts";
import { leaf, one, shape, type XmlCodec } from "../../xml/codec.ts";

/** A style. */
export interface Style {
  readonly name: string;
  readonly content: string;
  readonly category: string;
  readonly createTime: Date;
  readonly lastModifyTime: Date;
}

/** A style as an element of a list. */
export const styleElement: XmlCodec<Style> = shape<Style>({
  name: one("Name", leaf(text)),
  content: one("Content", leaf(text)),
  category: one("Category", leaf(text)),
  createTime: one("CreateTime", leaf(httpDate)),
  lastModifyTime: one("LastModifyTime", leaf(httpDate)),
});

const elements: Bindings<Style> = {
  name: element("Name", leaf(text)),
  content: element("Content", leaf(text)),
  category: element("Category", leaf(text)),
  createTime: element("CreateTime", leaf(httpDate)),
  lastModifyTime: element("LastModifyTime", leaf(httpDate)),
};

/** What GetStyle takes. */
export interface GetStyleInput {
  readonly bucket: string;
  readonly styleName: string;
}

/** What GetStyle answers. */
export type GetStyleOutput = Style;

/** Reads a style of a bucket. Fails with NoSuchStyle when there is none. */
export const getStyle: Operation<GetStyleInput, GetStyleOutput> = {
  name: "GetStyle",
  method: "GET",
  level: "bucket",
  selectors: ["style", "styleName"],
  access: "owner",
  action: "GetStyle",
  idempotent: true,
  reads: "nothing",
  outputRoot: "Style",
  input: { bucket: bucketName(), styleName: query("styleName", text) },
  output: elements,
};
