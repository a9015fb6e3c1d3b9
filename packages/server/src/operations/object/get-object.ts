// GetObject: conditions first, then the range, then the bytes.
import { checkConditions, type GetObjectOutput, resolveRange } from "@ossicle/protocol";
import { openCurrent } from "../../objects/read-object.ts";
import type { Handler } from "../handler.ts";
import { lastModified, requireHead } from "./current-version.ts";
import { objectFactsOf } from "./stored-headers.ts";

/** Reads an object or a range of it. */
export const getObject: Handler<"getObject"> = async ({ services, bucket, head: found }, input) => {
  const head = requireHead(found, input);
  const { record } = head;
  checkConditions(input, { etag: record.etag, lastModified: lastModified(record) });
  const range = resolveRange(input.range, {
    sizeBytes: record.size,
    standard: input.rangeBehavior === "standard",
  });
  const slice =
    range === undefined
      ? { offset: 0, length: record.size }
      : { offset: range.first, length: range.last - range.first + 1 };
  const body = await openCurrent(services, { bucket: bucket.name, key: input.key, head, slice });
  const output: GetObjectOutput = {
    ...objectFactsOf(record),
    contentLength: slice.length,
    ...overrides(input),
  };
  if (range === undefined) return { output, body };
  const contentRange = `bytes ${range.first}-${range.last}/${record.size}`;
  return { output: { ...output, contentRange }, body, status: 206 };
};

type GetInput = Parameters<Handler<"getObject">>[1];

function overrides(input: GetInput): Partial<GetObjectOutput> {
  const { responseContentType, responseContentLanguage, responseExpires } = input;
  const { responseCacheControl, responseContentDisposition, responseContentEncoding } = input;
  return {
    ...(responseContentType === undefined ? {} : { contentType: responseContentType }),
    ...(responseContentLanguage === undefined ? {} : { contentLanguage: responseContentLanguage }),
    ...(responseExpires === undefined ? {} : { expires: responseExpires }),
    ...(responseCacheControl === undefined ? {} : { cacheControl: responseCacheControl }),
    ...(responseContentDisposition === undefined
      ? {}
      : { contentDisposition: responseContentDisposition }),
    ...(responseContentEncoding === undefined ? {} : { contentEncoding: responseContentEncoding }),
  };
}
