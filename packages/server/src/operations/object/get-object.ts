// GetObject: conditions first, then the range, then the bytes.
import {
  checkConditions,
  type GetObjectOutput,
  OssError,
  resolveRange,
  utf8ToBinary,
} from "@ossicle/protocol";
import { openVersion } from "../../objects/read-object.ts";
import type { Handler } from "../handler.ts";
import { findReadable, requireRestored } from "./readable-version.ts";
import { objectFactsOf } from "./stored-headers.ts";

/** Reads an object or a range of it. */
export const getObject: Handler<"getObject"> = async (context, input) => {
  const { services, bucket } = context;
  const readable = await findReadable(context, input);
  const facts = objectFactsOf(readable, { bucket, nowMs: services.clock() });
  checkConditions(input, facts);
  requireRestored(context, readable);
  const { key, versionId, version } = readable;
  const { size } = version.record;
  const range = resolveRange(input.range, {
    sizeBytes: size,
    standard: input.rangeBehavior === "standard",
  });
  const slice =
    range === undefined
      ? { offset: 0, length: size }
      : { offset: range.first, length: range.last - range.first + 1 };
  const output: GetObjectOutput = { ...facts, contentLength: slice.length, ...overrides(input) };
  const from = { bucket: bucket.name, key, versionId, version, slice };
  const body = await openVersion(services, from);
  if (range === undefined) return { output, body };
  const contentRange = `bytes ${range.first}-${range.last}/${size}`;
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
