// GetObject: conditions first, then the range, then the bytes.
import {
  checkConditions,
  type GetObjectOutput,
  OssError,
  resolveRange,
  utf8ToBinary,
} from "@ossicle/protocol";
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
  const output: GetObjectOutput = {
    ...objectFactsOf(record),
    contentLength: slice.length,
    ...overrides(input),
  };
  const body = await openCurrent(services, { bucket: bucket.name, key: input.key, head, slice });
  if (range === undefined) return { output, body };
  const contentRange = `bytes ${range.first}-${range.last}/${record.size}`;
  return { output: { ...output, contentRange }, body, status: 206 };
};

type GetInput = Parameters<Handler<"getObject">>[1];

function overrides(input: GetInput): Partial<GetObjectOutput> {
  const out: Record<string, string> = {};
  for (const [field, parameter] of overridden) {
    const value = input[parameter];
    if (value === undefined) continue;
    // A header carries bytes: text goes out as UTF-8, and nothing may end its line.
    if (/[\u0000-\u0008\u000a-\u001f\u007f]/.test(value)) {
      throw new OssError("InvalidArgument", { ArgumentName: parameter, ArgumentValue: value });
    }
    out[field] = utf8ToBinary(value);
  }
  return out;
}

const overridden = [
  ["contentType", "responseContentType"],
  ["contentLanguage", "responseContentLanguage"],
  ["expires", "responseExpires"],
  ["cacheControl", "responseCacheControl"],
  ["contentDisposition", "responseContentDisposition"],
  ["contentEncoding", "responseContentEncoding"],
] as const satisfies readonly (readonly [keyof GetObjectOutput, keyof GetInput])[];
