// Uploads whose parts must arrive in order (`?sequential`). Each part is checked against the part
// before it. The MD5 of the whole continues from part to part, even when another process receives
// the next part.
import { OssError } from "@ossicle/protocol";
import type { MetadataStore } from "@ossicle/store";
import { createMD5 } from "hash-wasm";
import type { Upload } from "./uploads.ts";
import { watchChunks } from "../bytes/watch-chunks.ts";
import { partRecords } from "../records/key-space.ts";
import type { PartRecord, RunningMd5 } from "../records/records.ts";

/** An upload, and the number of a part. */
export interface PartPlace {
  readonly upload: Upload;
  readonly partNumber: number;
}

/** The part before a given part. */
export interface PreviousPart {
  readonly key: Uint8Array;
  readonly version: number;
  readonly record: PartRecord;
}

/**
 * Finds the part before a given part; undefined for part 1. Throws PartNotSequential when the part
 * before is missing, and PartAlreadyExist when the given part exists.
 */
export async function previousPart(
  metadata: MetadataStore,
  { upload, partNumber }: PartPlace,
): Promise<PreviousPart | undefined> {
  const key = partRecords.key(upload.id, partNumber - 1);
  const [own, previous] = await metadata.getMany([partRecords.key(upload.id, partNumber), key]);
  const PartNumber = String(partNumber);
  if (own !== undefined) {
    const { etag } = partRecords.decode(own.value);
    throw new OssError("PartAlreadyExist", { PartNumber, PartEtag: `"${etag}"` });
  }
  if (partNumber === 1) return undefined;
  if (previous === undefined) throw new OssError("PartNotSequential", { PartNumber });
  return { key, version: previous.version, record: partRecords.decode(previous.value) };
}

/** A body that is hashed while it is read. */
export interface HashedBody {
  readonly chunks: AsyncIterable<Uint8Array>;
  /** The MD5 of all bytes up to the end of this body; undefined when the part before has none. */
  readonly running: () => RunningMd5 | undefined;
}

/**
 * Continues the MD5 of the part before. A copied part has no MD5 to continue, because its bytes are
 * not read.
 */
export async function hashOn(
  chunks: AsyncIterable<Uint8Array>,
  previous: PreviousPart | undefined,
): Promise<HashedBody> {
  const before = previous?.record.running;
  if (previous !== undefined && before === undefined) return { chunks, running: () => undefined };
  const md5 = (await createMD5()).init();
  if (before !== undefined) md5.load(Buffer.from(before.state, "base64"));
  return {
    chunks: watchChunks(chunks, { onChunk: (chunk) => md5.update(chunk) }),
    running: () => {
      const state = Buffer.from(md5.save()).toString("base64");
      return { digest: Buffer.from(md5.digest("binary")).toString("base64"), state };
    },
  };
}

/** Throws PartNotSequential when the numbers of an object's parts are not 1, 2, 3 and so on. */
export function requireSequential(partNumbers: readonly number[]): void {
  const at = partNumbers.findIndex((number, index) => number !== index + 1);
  if (at < 0) return;
  throw new OssError("PartNotSequential", { PartNumber: String(partNumbers[at]) });
}
