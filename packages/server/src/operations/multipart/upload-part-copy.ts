// UploadPartCopy: makes a part that refers to the source's blobs. Bytes are copied only from a
// payload, if the range has more than `maxExtents` extents, or where encryption requires it.
// Otherwise they are only read for their digests, unless the part is a whole source whose MD5 is
// stored.
import { OssError, resolveRange } from "@ossicle/protocol";
import { discardAfter, ingest, maxBodyBytes } from "../../objects/bytes/ingest.ts";
import {
  asChunks,
  closeBytes,
  type ObjectBytes,
  openSlice,
  partsOf,
  type Slice,
} from "../../objects/bytes/read-object.ts";
import { encryptionOf, shownEncryption } from "../../objects/buckets/choose-encryption.ts";
import { isSameEncryption } from "../../objects/encryption/encryption.ts";
import { type NewPart, putPart } from "../../objects/uploads/parts.ts";
import { findUpload, noSuchUpload } from "../../objects/uploads/uploads.ts";
import type { OperationServices } from "../operation-services.ts";
import type { Handler } from "../handler.ts";
import { copyFrom, type CopySource } from "../object/copy-source.ts";
import { shownVersionId } from "../object/require-version.ts";
import { requirePartNumber } from "./require-part-number.ts";
import type { EncryptionRecord, Extent, ObjectRecord } from "../../objects/records/records.ts";

/**
 * Most extents that a part may refer to; with more, the bytes are copied. OSS documents no limit: a
 * commit has 128 writes, three for each blob replaced.
 */
const maxExtents = 40;

/** Makes a part of an object's bytes. */
export const uploadPartCopy: Handler<"uploadPartCopy"> = async (context, input) => {
  const { services, bucket, head } = context;
  const { key, uploadId } = input;
  const partNumber = requirePartNumber(input);
  const target = { bucket, key, head };
  const upload = await findUpload(services, target, uploadId);
  if (upload === undefined) throw noSuchUpload(uploadId, "copy");
  const sequential = upload.record.sequential === true;
  const { encryption } = upload.record;
  return copyFrom(context, input, async (source) => {
    const { size } = source.version.record;
    const range = resolveRange(input.copySourceRange, { sizeBytes: size, standard: false });
    const slice =
      range === undefined
        ? { offset: 0, length: size }
        : { offset: range.first, length: range.last - range.first + 1 };
    const made = await makePart(services, { source, slice, encryption });
    try {
      const { learntFrom, record, intent } = made;
      const part = { uploadId, partNumber, learntFrom, record, intent, sequential };
      const put = await putPart(services, target, part);
      if (put === undefined) throw noSuchUpload(uploadId, "copy");
      const { versionId } = shownVersionId(source.bucket, source.version.record);
      return {
        output: {
          lastModified: new Date(put.modifiedMs),
          etag: put.etag,
          documentEtag: put.etag,
          hashCrc64: put.crc64,
          ...shownEncryption(encryption),
          ...(versionId === undefined ? {} : { copySourceVersionId: versionId }),
          ...(range === undefined
            ? {}
            : { contentRange: `bytes ${range.first}-${range.last}/${size}` }),
        },
      };
    } catch (cause) {
      await discardAfter(services, made, cause);
      throw cause;
    }
  });
};

type Made = Pick<NewPart, "record" | "intent" | "learntFrom"> & {
  readonly discard: () => Promise<void>;
};

interface WantedPart {
  readonly source: CopySource;
  readonly slice: Slice;
  /** How the part's bytes must be encrypted. */
  readonly encryption: EncryptionRecord | undefined;
}

async function makePart(services: OperationServices, wanted: WantedPart): Promise<Made> {
  const { source, slice, encryption } = wanted;
  if (slice.length > maxBodyBytes) {
    throw new OssError("EntityTooLarge", {
      MaxSizeAllowed: String(maxBodyBytes),
      ProposedSize: String(slice.length),
    });
  }
  const extents = isSameEncryption(source.version.record.encryption, encryption)
    ? await shareable(services, source.version.record, slice)
    : undefined;
  const { blobs, metadata, encryptionKeys } = services;
  const bytes = await openSlice({ blobs, metadata, encryptionKeys }, source.version, slice);
  try {
    return await describePart(services, { ...wanted, extents, bytes });
  } finally {
    await closeBytes(bytes);
  }
}

interface OpenedPart extends WantedPart {
  readonly extents: readonly Extent[] | undefined;
  readonly bytes: ObjectBytes;
}

async function describePart(
  services: OperationServices,
  { source, slice, extents, bytes, encryption: wanted }: OpenedPart,
): Promise<Made> {
  const chunks = asChunks(bytes);
  if (extents === undefined) {
    const encryption = await encryptionOf(services, { encryption: wanted });
    const options = { inlineLimitBytes: 0, encryption };
    const body = await ingest(services, { lengthBytes: slice.length, chunks }, options);
    const { extents: own = [], intent, crc64, size } = body;
    const etag = body.md5.toString("hex").toUpperCase();
    const record = { etag, crc64, size, extents: own, encryption: body.encryption };
    return { record, intent, discard: body.discard };
  }
  const known = wholeDigests(source.version.record, slice);
  const digests = known ?? (await digest(services, chunks, slice.length));
  return {
    record: { ...digests, size: slice.length, extents, encryption: wanted },
    learntFrom: source.learntFrom,
    discard: () => Promise.resolve(),
  };
}

// The extents of a slice; undefined when its bytes must be copied.
async function shareable(
  services: OperationServices,
  record: ObjectRecord,
  slice: Slice,
): Promise<readonly Extent[] | undefined> {
  const extents: Extent[] = [];
  let length = 0;
  for await (const part of partsOf(services, record, slice)) {
    const isWhole = part.offset === 0 && part.length === part.blobLength;
    // An encrypted blob is decrypted with the length of its extent.
    if (record.encryption !== undefined && !isWhole) return undefined;
    extents.push([Buffer.from(part.ref).toString("hex"), part.offset, part.length]);
    length += part.length;
    if (extents.length > maxExtents) return undefined;
  }
  return length === slice.length ? extents : undefined;
}

function wholeDigests(
  { contentMd5, etag, crc64, size }: ObjectRecord,
  slice: Slice,
): { etag: string; crc64: string } | undefined {
  return contentMd5 !== undefined && slice.length === size ? { etag, crc64 } : undefined;
}

async function digest(
  { hashing }: OperationServices,
  chunks: AsyncIterable<Uint8Array>,
  lengthBytes: number,
): Promise<{ etag: string; crc64: string }> {
  const hash = await hashing.stream(lengthBytes);
  try {
    let size = 0;
    for await (const chunk of chunks) {
      size += chunk.length;
      await hash.update(chunk);
    }
    if (size !== lengthBytes)
      throw new OssError("InternalError", {}, { cause: new Error("the source lacks bytes") });
    const { md5, crc64 } = await hash.digest();
    return { etag: md5.toString("hex").toUpperCase(), crc64 };
  } catch (cause) {
    hash.drop();
    throw cause;
  }
}
