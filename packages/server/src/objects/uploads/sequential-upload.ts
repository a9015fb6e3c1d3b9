// Uploads whose parts come in order (`?sequential`): each part is checked against the one before
// it, and the MD5 of the whole goes on from part to part, in whichever process the next one
// arrives.
import { OssError } from "@ossicle/protocol";
import type { MetadataStore } from "@ossicle/store";
import { createMD5 } from "hash-wasm";
import type { Upload } from "./uploads.ts";
import { watchChunks } from "../bytes/watch-chunks.ts";
import { partRecords } from "../records/key-space.ts";
import type { PartRecord, RunningMd5 } from "../records/records.ts";

/** What a part is held against. */
export interface PartPlace {
  readonly upload: Upload;
  readonly partNumber: number;
}

/** The part in front of one. */
export interface PreviousPart {
  readonly key: Uint8Array;
  readonly version: number;
  readonly record: PartRecord;
}

/**
 * Finds the part in front; undefined for the first. Throws PartNotSequential where it is missing,
 * PartAlreadyExist where the part itself is there.
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

/** A body that is hashed as it goes by. */
export interface HashedBody {
  readonly chunks: AsyncIterable<Uint8Array>;
  /** The MD5 up to the end of the body; undefined where that of the part in front is not known. */
  readonly running: () => RunningMd5 | undefined;
}

/**
 * Goes on with the MD5 of the part in front. A copied part has none, since its bytes are not read.
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

/**
 * Throws PartNotSequential where the parts of an object do not follow each other from the first on.
 */
export function requireSequential(partNumbers: readonly number[]): void {
  const at = partNumbers.findIndex((number, index) => number !== index + 1);
  if (at < 0) return;
  throw new OssError("PartNotSequential", { PartNumber: String(partNumbers[at]) });
}
