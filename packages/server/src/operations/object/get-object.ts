// GetObject: checks the conditions, then resolves the range, then opens the bytes.
import {
  checkConditions,
  type GetObjectOutput,
  OssError,
  resolveRange,
  utf8ToBinary,
} from "@ossicle/protocol";
import { BlobMissingError } from "@ossicle/store";
import { findVersion } from "../../objects/versions/find-version.ts";
import { openSlice } from "../../objects/bytes/read-object.ts";
import { authorize } from "../../access/authorize.ts";
import type { BucketContext, Handler } from "../handler.ts";
import { acceptsGzip, compress, isCompressible } from "./compress.ts";
import { processImage } from "./process-image.ts";
import { shownExpiration } from "./shown-expiration.ts";
import { findReadable } from "./readable-version.ts";
import { requireReadableBytes } from "./readable-bytes.ts";
import { objectFactsOf } from "./stored-headers.ts";

type GetInput = Parameters<Handler<"getObject">>[1];
type GetResult = Awaited<ReturnType<Handler<"getObject">>>;

/** Most reads of a version whose blob is missing: it was replaced, and its blob was swept. */
const maxLooks = 3;

/** Reads an object or a range of it. */
export const getObject: Handler<"getObject"> = async (context, input) => {
  let current = context;
  for (let looks = 1; ; looks += 1) {
    try {
      return await readOnce(current, input);
    } catch (cause) {
      if (!(cause instanceof BlobMissingError) || looks >= maxLooks) throw cause;
      current = await lookAgain(current, input);
    }
  }
};

// The key's current object may have another ACL, so access is checked again.
async function lookAgain(context: BucketContext, input: GetInput): Promise<BucketContext> {
  const { services, identity } = context;
  const { bucket: name, key, versionId } = input;
  const found = await findVersion(services, { bucket: name, key, versionId });
  const { bucket, head, version } = found;
  authorize(identity, { operation: "getObject", bucket: name, key, versionId }, { found });
  if (bucket === undefined) throw new OssError("NoSuchBucket", { BucketName: name });
  return { ...context, found, bucket, head, version };
}

async function readOnce(context: BucketContext, input: GetInput): Promise<GetResult> {
  const { services, bucket } = context;
  const readable = await findReadable(context, input);
  const facts = {
    ...objectFactsOf(readable, { bucket, nowMs: services.clock() }),
    ...(await shownExpiration(context, input, readable)),
  };
  checkConditions(input, facts);
  requireReadableBytes(context, readable);
  services.accessTimes.note(bucket, readable.key, readable.version.record);
  const { process } = input;
  if (process !== undefined) {
    return processImage(context, { readable, process, facts, overrides: overrides(input) });
  }
  const { version } = readable;
  const plain: GetObjectOutput = { ...facts, ...overrides(input) };
  const varies = isCompressible(input, plain);
  if (varies && acceptsGzip(input)) return compress(context, version, plain);
  const whole: GetObjectOutput = varies ? { ...plain, vary: "Accept-Encoding" } : plain;
  const { size } = version.record;
  const range = resolveRange(input.range, {
    sizeBytes: size,
    standard: input.rangeBehavior === "standard",
  });
  const slice =
    range === undefined
      ? { offset: 0, length: size }
      : { offset: range.first, length: range.last - range.first + 1 };
  const output: GetObjectOutput = { ...whole, contentLength: slice.length };
  const body = await openSlice(services, version, slice);
  if (range === undefined) return { output, body };
  const contentRange = `bytes ${range.first}-${range.last}/${size}`;
  return { output: { ...output, contentRange }, body, status: 206 };
}

/** The headers that a request overrides. */
function overrides(input: GetInput): Partial<GetObjectOutput> {
  const out: Record<string, string> = {};
  for (const [field, parameter] of overridden) {
    const value = input[parameter];
    if (value === undefined) continue;
    // Header values are bytes: text is sent as UTF-8. Control characters other than tab are
    // refused, because a line break would end the header.
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
