// CreateSelectObjectMeta: reads the whole object, and answers with one frame. OSS keeps the counts;
// here they are made each time, and a query does not need them.
import { OssError } from "@ossicle/protocol";
import { metaEnd } from "../../select/frames.ts";
import { readCompression, readForm } from "../../select/read-plan.ts";
import type { Handler } from "../handler.ts";
import { findReadable } from "./readable-version.ts";
import { requireReadableBytes } from "./readable-bytes.ts";
import { countRows } from "./count-rows.ts";

/** Counts the rows of an object. */
export const createSelectObjectMeta: Handler<"createSelectObjectMeta"> = async (context, input) => {
  const { inputSerialization: source = {}, process } = input;
  const form = readForm(process, source);
  // OSS counts the rows of objects that are not compressed (tests of oss2).
  if (readCompression(source)) {
    const message = `${process} cannot read an object in GZIP.`;
    throw new OssError("UnsupportedCompressionFormat", {}, { message });
  }
  if (form.kind === "json" && form.type === "document") {
    throw new OssError("InvalidOSSSelectParameters", {}, { message: "Type must be LINES." });
  }
  const readable = await findReadable(context, input);
  requireReadableBytes(context, readable);
  const body = metaEnd(await countRows(context, readable, { form, isGzip: false }));
  const contentLength = String(body.length);
  return { output: { contentType: "application/octet-stream", contentLength }, body };
};
