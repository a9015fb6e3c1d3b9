// CreateSelectObjectMeta: reads the whole object, and answers with one frame. OSS keeps the counts;
// here they are made each time, and a query does not need them.
import { OssError } from "@ossicle/protocol";
import { metaEnd } from "../../select/frames.ts";
import { readCompression, readForm } from "../../select/read-plan.ts";
import type { Handler } from "../handler.ts";
import { findReadable, requireRestored } from "./readable-version.ts";
import { countRows } from "./select-object.ts";

/** Counts the rows of an object. */
export const createSelectObjectMeta: Handler<"createSelectObjectMeta"> = async (context, input) => {
  const { inputSerialization: source = {}, process } = input;
  const form = readForm(process, source);
  // OSS counts the rows of objects that are not compressed (tests of oss2).
  if (readCompression(source)) throw new OssError("UnsupportedCompressionFormat");
  if (form.kind === "json" && form.type === "document") {
    throw new OssError("InvalidOSSSelectParameters", {}, { message: "Type must be LINES." });
  }
  const readable = await findReadable(context, input);
  requireRestored(context, readable);
  const body = metaEnd(await countRows(context, readable, { form, isGzip: false }));
  const contentLength = String(body.length);
  return { output: { contentType: "application/octet-stream", contentLength }, body };
};
