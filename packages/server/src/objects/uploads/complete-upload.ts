// Completes an upload. It closes the upload, so that its parts no longer change, checks the parts,
// and makes one object that refers to all of them by one record. No bytes are copied.
import { createHash } from "node:crypto";
import {
  combineCrc64,
  type CompletedPart,
  maxParts,
  minPartBytes,
  OssError,
} from "@ossicle/protocol";
import type { MetadataStore, Put } from "@ossicle/store";
import {
  type ChangingServices,
  type KeyTarget,
  SourceChangedError,
} from "../versions/change-key.ts";
import { commitOnce } from "../records/commit.ts";
import { type NumberedPart, readParts } from "./parts.ts";
import { requireSequential } from "./sequential-upload.ts";
import {
  closeUpload,
  findUpload,
  noSuchUpload,
  purgePut,
  reopenUpload,
  type Upload,
} from "./uploads.ts";
import { refuseOverwriting, writeObject } from "../versions/write-object.ts";
import type { WriteOptions, Written } from "../versions/new-object.ts";
import type { StorageServices } from "../records/storage-services.ts";
import { pageRecords } from "../records/key-space.ts";
import { pagePuts } from "../records/manifest.ts";
import type { ManifestExtent, ObjectDescription } from "../records/records.ts";

/**
 * Most pages of a manifest in the object's commit. A longer manifest is written in commits before
 * it. OSS documents no limit. We chose 60, because a commit has at most 128 writes.
 */
const pagesInCommit = 60;

/** Which parts make the object, and how. */
export interface Completion<Made> extends KeyTarget {
  readonly uploadId: string;
  /** The parts in the client's order; all parts of the upload when absent. */
  readonly parts: readonly CompletedPart[] | undefined;
  readonly forbidOverwrite: boolean;
  readonly acl: ObjectDescription["acl"];
  /** Makes what the commit puts beside the object, once the object is known. */
  readonly prepare: (
    object: CompletedObject,
  ) => Promise<Pick<WriteOptions<Made>, "alongside" | "hideUnder"> | undefined>;
}

/** The object that an upload becomes. */
export interface CompletedObject {
  readonly record: ObjectDescription;
  readonly extents: readonly ManifestExtent[];
}

/**
 * Completes an upload. Throws NoSuchUpload, InvalidPart, InvalidPartOrder, EntityTooSmall,
 * FileAlreadyExists.
 */
export async function completeUpload<Made>(
  services: ChangingServices & Pick<StorageServices, "log">,
  completion: Completion<Made>,
): Promise<Written<Made>> {
  const { uploadId } = completion;
  const upload = await closeUpload(services, completion, uploadId);
  if (upload === undefined) throw noSuchUpload(uploadId, "complete");
  try {
    return await assemble(services, completion, upload);
  } catch (cause) {
    // The reopening commit checks the upload's version. If the object was committed after all, the
    // upload no longer exists, and nothing is written.
    await reopenUpload(services, upload).catch((err: unknown) => {
      services.log.warn({ err, uploadId }, "an upload stays closed until its lease ends");
    });
    if (!(cause instanceof SourceChangedError)) throw cause;
    const left = await findUpload(services, completion, uploadId);
    if (left === undefined) throw noSuchUpload(uploadId, "complete");
    // This process paused for longer than its lease, and another process has changed the upload.
    throw new OssError("ServiceUnavailable", {}, { cause });
  }
}

async function assemble<Made>(
  services: ChangingServices,
  completion: Completion<Made>,
  upload: Upload,
): Promise<Written<Made>> {
  const guard = completion.forbidOverwrite ? refuseCompleted : undefined;
  guard?.(completion);
  const found = await readParts(services, upload.id, { limit: maxParts });
  const parts = choose(found, completion.parts);
  if (upload.record.sequential === true) {
    requireSequential(parts.map(({ partNumber }) => partNumber));
  }
  const object = describe(parts, { upload, acl: completion.acl });
  const prepared = await completion.prepare(object);
  const check = { key: upload.at, version: upload.version };
  const pages = pagePuts(upload.id, object.extents);
  const ahead = await putPagesAhead(services.metadata, { upload, pages });
  return writeObject(
    services,
    {
      bucket: completion.bucket,
      key: completion.key,
      head: completion.head,
      guard,
      hideUnder: prepared?.hideUnder,
      alongside: (nowMs, record) => {
        const { puts = [], made } = prepared?.alongside?.(nowMs, record) ?? {};
        const purge = purgePut(upload.id, nowMs, "listed");
        return { puts: [...(ahead ? [] : pages), purge, ...puts], made };
      },
    },
    { record: object.record, learntFrom: [check], deletes: [upload.at] },
  );
}

function refuseCompleted(target: KeyTarget): void {
  try {
    refuseOverwriting(target);
  } catch (cause) {
    throw new OssError("FileAlreadyExists", { Key: target.key }, { ec: "0042-00000214", cause });
  }
}

function choose(
  found: readonly NumberedPart[],
  wanted: readonly CompletedPart[] | undefined,
): readonly NumberedPart[] {
  if (wanted === undefined) {
    if (found.length === 0) {
      throw new OssError(
        "MalformedXML",
        { ErrorDetail: "The upload has no part to make an object of." },
        { ec: "0042-00000205" },
      );
    }
    return checkSizes(found);
  }
  const byNumber = new Map(found.map((part) => [part.partNumber, part]));
  let last = 0;
  const parts = wanted.map(({ partNumber, etag }) => {
    if (partNumber <= last) throw new OssError("InvalidPartOrder");
    last = partNumber;
    const part = byNumber.get(partNumber);
    if (part === undefined || part.record.etag !== etag.toUpperCase()) {
      throw new OssError("InvalidPart", { PartNumber: String(partNumber) });
    }
    return part;
  });
  return checkSizes(parts);
}

function checkSizes(parts: readonly NumberedPart[]): readonly NumberedPart[] {
  for (const { record } of parts.slice(0, -1)) {
    if (record.size >= minPartBytes) continue;
    throw new OssError("EntityTooSmall", {
      ProposedSize: String(record.size),
      MinSizeAllowed: String(minPartBytes),
    });
  }
  return parts;
}

function describe(
  parts: readonly NumberedPart[],
  { upload, acl }: { readonly upload: Upload; readonly acl: ObjectDescription["acl"] },
): { record: ObjectDescription; extents: readonly ManifestExtent[] } {
  const { record } = upload;
  const size = parts.reduce((sum, part) => sum + part.record.size, 0);
  checkEncryptedSize(record.metadata ?? {}, size);
  const extents = parts.flatMap(({ partNumber, record: { extents: own } }) =>
    own.map(([ref, offset, length]): ManifestExtent => [ref, offset, length, partNumber]),
  );
  // OSS's own formula: the MD5 of the parts' MD5s as upper-case hex, not as bytes
  // (docs/reference/protocol/requests.md, ETag).
  const digest = createHash("md5").update(parts.map((part) => part.record.etag).join(""));
  return {
    extents,
    record: {
      size,
      etag: `${digest.digest("hex").toUpperCase()}-${parts.length}`,
      crc64: combineCrc64(parts.map((part) => part.record)),
      contentMd5: parts.at(-1)?.record.running?.digest,
      type: "Multipart",
      storageClass: record.storageClass,
      acl: acl ?? record.acl,
      contentType: record.contentType,
      headers: record.headers,
      metadata: record.metadata,
      tags: record.tags,
      retention: record.retention,
      legalHold: record.legalHold,
      encryption: record.encryption,
      manifest: { id: upload.id.toString("hex"), bytes: size },
    },
  };
}

// SDKs that encrypt on the client announce the size of the whole object when they begin the upload
// (integration test of the Java SDK).
function checkEncryptedSize(metadata: Readonly<Record<string, string>>, size: number): void {
  const announced = metadata["client-side-encryption-data-size"];
  if (announced === undefined || announced === String(size)) return;
  throw new OssError(
    "InvalidArgument",
    { ArgumentName: "x-oss-meta-client-side-encryption-data-size", ArgumentValue: announced },
    { message: "The size of the parts is not the size that was announced." },
  );
}

interface Ahead {
  readonly upload: Upload;
  readonly pages: readonly Put[];
}

// A very long list does not fit into one commit. No record refers to its pages before the object's
// commit, and other processes cannot write them while the upload is closed. Pages that a dead
// process left are removed first.
async function putPagesAhead(metadata: MetadataStore, { upload, pages }: Ahead): Promise<boolean> {
  const check = { key: upload.at, version: upload.version };
  for (;;) {
    const left = await metadata.scan({ ...pageRecords.range(upload.id), limit: pagesInCommit });
    const deletes = left.rows.flatMap((row) => ("entry" in row ? [row.entry.key] : []));
    if (deletes.length === 0) break;
    await commitChecked(metadata, { checks: [check], puts: [], deletes });
  }
  if (pages.length <= pagesInCommit) return false;
  for (let at = 0; at < pages.length; at += pagesInCommit) {
    const puts = pages.slice(at, at + pagesInCommit);
    await commitChecked(metadata, { checks: [check], puts, deletes: [] });
  }
  return true;
}

async function commitChecked(
  metadata: MetadataStore,
  parts: Parameters<typeof commitOnce>[1],
): Promise<void> {
  const committed = await commitOnce(metadata, parts);
  if (!committed.ok) throw new SourceChangedError();
}
