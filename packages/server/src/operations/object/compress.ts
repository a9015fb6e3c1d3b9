// gzip on GetObject: text is compressed for clients that accept it (GetObject documentation).
import { pipeline, Readable } from "node:stream";
import { createGzip } from "node:zlib";
import type { GetObjectInput, GetObjectOutput } from "@ossicle/protocol";
import { asChunks, openSlice } from "../../objects/bytes/read-object.ts";
import type { Head } from "../../objects/records/head.ts";
import type { BucketContext, Result } from "../handler.ts";

/** Shortest object that is compressed, in bytes. */
const minBytes = 1_024;

/** Types that are compressed. */
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

/** Whether the answer to a request is compressed. A range is not. */
export function isCompressed(input: GetObjectInput, output: GetObjectOutput): boolean {
  const { acceptEncoding = "", range } = input;
  if (range !== undefined || output.contentLength < minBytes) return false;
  if (output.contentEncoding !== undefined || !acceptsGzip(acceptEncoding)) return false;
  const [type = ""] = (output.contentType ?? "").split(";", 1);
  return types.has(type.trim().toLowerCase());
}

// `gzip` among the codings, unless its weight is 0 (RFC 9110, section 12.5.3).
function acceptsGzip(header: string): boolean {
  return header.split(",").some((coding) => {
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
  const body = createGzip();
  pipeline(Readable.from(asChunks(bytes)), body, () => undefined); // errors come from `body` too
  const headers = { ...kept, contentEncoding: "gzip", vary: "Accept-Encoding" };
  return { output: headers as GetObjectOutput, body };
}
