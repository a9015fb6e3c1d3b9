// Opens an object for a query: decompressed, in blocks.
import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { OssError } from "@ossicle/protocol";
import { owning, streamed } from "../../objects/bytes/owning.ts";
import { asChunks, openSlice } from "../../objects/bytes/read-object.ts";
import type { BucketContext } from "../handler.ts";
import type { Readable as ReadableVersion } from "./readable-version.ts";

/**
 * Bytes that are read at a time, and before the answer begins. Tests of oss2 need the beginning of
 * the answer before an error at byte 915,526.
 */
const blockBytes = 65_536;

/** Opens an object, and decompresses it. Chunks have at most {@link blockBytes}. */
export async function openPlain(
  { services }: BucketContext,
  { version }: ReadableVersion,
  isGzip: boolean,
): Promise<AsyncIterable<Uint8Array>> {
  const slice = { offset: 0, length: version.record.size };
  // The thread gets copies, so the memory of plain bytes can be lent. A gunzip stream keeps chunks.
  const { memory: _memory, ...withoutMemory } = services;
  const reading = isGzip ? withoutMemory : services;
  const bytes = asChunks(await openSlice(reading, version, slice));
  if (!isGzip) return owning(bytes, inBlocks(bytes));
  const plain = createGunzip({ chunkSize: blockBytes });
  pipeline(Readable.from(bytes), plain, () => undefined); // errors come from `plain` too
  return streamed(plain, gunzipped(plain));
}

async function* inBlocks(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += blockBytes) {
      yield chunk.subarray(at, at + blockBytes);
    }
  }
}

async function* gunzipped(plain: AsyncIterable<Buffer>): AsyncGenerator<Uint8Array> {
  try {
    yield* plain;
  } catch (cause) {
    const isOfData =
      cause instanceof Error && "code" in cause && String(cause.code).startsWith("Z_");
    throw isOfData ? new OssError("DecompressFailure", {}, { cause }) : cause;
  }
}
