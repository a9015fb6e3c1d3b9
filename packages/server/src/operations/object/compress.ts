// gzip on GetObject: text is compressed for clients that accept it (GetObject documentation).
import { pipeline, Readable } from "node:stream";
import { createGzip } from "node:zlib";
import type { GetObjectInput, GetObjectOutput } from "@ossicle/protocol";
import { streamed } from "../../objects/bytes/owning.ts";
import { asChunks, openSlice } from "../../objects/bytes/read-object.ts";
import type { Head } from "../../objects/records/head.ts";
import type { BucketContext, Result } from "../handler.ts";

/** Shortest object that is compressed, in bytes (GetObject documentation: 1 KB). */
const minBytes = 1_024;

/** Types that are compressed (GetObject documentation). */
const types: ReadonlySet<string> = new Set([
  "text/cache-manifest",
  "text/xml",
  "text/plain",
  "text/css",
  "application/javascript",
  "application/x-javascript",
  "application/rss+xml",
  "application/json",
  "text/json",
]);

/** Whether the answer is compressed for clients that accept it. A range is not. */
export function isCompressible({ range }: GetObjectInput, output: GetObjectOutput): boolean {
  if (range !== undefined || output.contentLength < minBytes) return false;
  if (output.contentEncoding !== undefined) return false;
  const [type = ""] = (output.contentType ?? "").split(";", 1);
  return types.has(type.trim().toLowerCase());
}

/** Whether `gzip` is among the codings; not with weight 0 (RFC 9110, section 12.5.3). */
export function acceptsGzip({ acceptEncoding = "" }: GetObjectInput): boolean {
  return acceptEncoding.split(",").some((coding) => {
    const [name = "", ...parameters] = coding.split(";").map((part) => part.trim().toLowerCase());
    return name === "gzip" && !parameters.some((one) => /^q=0(?:\.0*)?$/.test(one));
  });
}

/** Answers with the compressed bytes, whose length and entity tag are not known. */
export async function compress(
  { services }: BucketContext,
  version: Head,
  output: GetObjectOutput,
): Promise<Result<GetObjectOutput>> {
  const { contentLength, etag: _etag, contentMd5: _md5, acceptRanges: _ranges, ...kept } = output;
  // Without lent memory: the stream reads ahead.
  const { blobs, metadata, encryptionKeys } = services;
  const slice = { offset: 0, length: contentLength };
  const bytes = await openSlice({ blobs, metadata, encryptionKeys }, version, slice);
  const gzip = createGzip();
  pipeline(Readable.from(asChunks(bytes)), gzip, () => undefined); // errors come from `gzip` too
  const headers = { ...kept, contentEncoding: "gzip", vary: "Accept-Encoding" };
  return { output: headers as GetObjectOutput, body: streamed(gzip) };
}
