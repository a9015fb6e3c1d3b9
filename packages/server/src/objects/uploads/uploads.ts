// Begins, finds, closes and aborts multipart uploads. An upload is closed while it is completed.
// Its record is the lock of its parts.
import { OssError } from "@ossicle/protocol";
import { mintRef, type Put } from "@ossicle/store";
import {
  type Attempt,
  changeKey,
  type ChangingServices,
  type KeyTarget,
} from "../versions/change-key.ts";
import { commitOnce } from "../records/commit.ts";
import type { StorageServices } from "../records/storage-services.ts";
import { jobPut } from "../records/jobs.ts";
import { gateRecords, uploadRecords } from "../records/key-space.ts";
import type { KeptParts, UploadRecord } from "../records/records.ts";

/**
 * Lease of the process that closed an upload, in milliseconds. When it ends, another process may
 * complete or abort the upload, because the first is assumed dead. OSS documents no limit.
 */
export const closingLeaseMs = 60_000;

/** An upload as it was read. */
export interface Upload {
  readonly id: Buffer;
  /** Key of its record. */
  readonly at: Buffer;
  readonly version: number;
  readonly record: UploadRecord;
}

/** ECs of NoSuchUpload, by what was asked (integration tests of the Go SDK v2). */
export const noSuchUploadEc = {
  abort: "0042-00000002",
  list: "0042-00000002",
  complete: "0042-00000002",
  part: "0042-00000104",
  copy: "0042-00000311",
} as const;

/** 404 NoSuchUpload. */
export function noSuchUpload(
  uploadId: string,
  asked: keyof typeof noSuchUploadEc,
): OssError<"NoSuchUpload"> {
  return new OssError("NoSuchUpload", { UploadId: uploadId }, { ec: noSuchUploadEc[asked] });
}

/** An upload id as clients see it. */
export function uploadIdText(id: Uint8Array): string {
  return Buffer.from(id).toString("hex").toUpperCase();
}

/** Reads an upload id; undefined when this store cannot have made it. */
export function parseUploadId(text: string): Buffer | undefined {
  return /^[0-9A-F]{32}$/.test(text) ? Buffer.from(text, "hex") : undefined;
}

/** Finds an upload. */
export async function findUpload(
  { metadata }: Pick<StorageServices, "metadata">,
  { bucket, key }: Pick<KeyTarget, "bucket" | "key">,
  uploadId: string,
): Promise<Upload | undefined> {
  const id = parseUploadId(uploadId);
  if (id === undefined) return undefined;
  const at = uploadRecords.key(bucket.id, key, id);
  const [entry] = await metadata.getMany([at]);
  if (entry === undefined) return undefined;
  return { id, at, version: entry.version, record: uploadRecords.decode(entry.value) };
}

/** Begins an upload. */
export function beginUpload(
  services: ChangingServices,
  target: KeyTarget,
  record: Omit<UploadRecord, "startedMs">,
): Promise<string> {
  const id = Buffer.from(mintRef());
  const started: UploadRecord = { ...record, startedMs: services.clock() };
  return changeKey(services, { ...target, lane: uploadIdText(id) }, async ({ bucket, key }) => {
    const committed = await commitOnce(services.metadata, {
      checks: [{ key: gateRecords.key(bucket.id), version: bucket.gateVersion }],
      puts: [{ key: uploadRecords.key(bucket.id, key, id), value: uploadRecords.encode(started) }],
      deletes: [],
    });
    return committed.ok ? { done: uploadIdText(id) } : { changed: "head" };
  });
}

/** Whether a process is completing an upload at this time. */
export function isClosing({ record }: Pick<Upload, "record">, nowMs: number): boolean {
  const { closingSinceMs } = record;
  // A time in the future is from before the clock was set back.
  return closingSinceMs !== undefined && Math.abs(nowMs - closingSinceMs) < closingLeaseMs;
}

/**
 * Closes an upload, so that its parts cannot change while they are read. Returns undefined when
 * there is no such upload.
 */
export function closeUpload(
  services: ChangingServices,
  target: KeyTarget,
  uploadId: string,
): Promise<Upload | undefined> {
  return changeUpload<Upload>(services, target, uploadId, async (upload, bucket) => {
    const record: UploadRecord = { ...upload.record, closingSinceMs: services.clock() };
    const committed = await commitOnce(services.metadata, {
      checks: [
        { key: gateRecords.key(bucket.id), version: bucket.gateVersion },
        { key: upload.at, version: upload.version },
      ],
      puts: [{ key: upload.at, value: uploadRecords.encode(record) }],
      deletes: [],
    });
    return committed.ok
      ? { done: { ...upload, record, version: committed.version } }
      : { changed: "head" };
  });
}

/**
 * Reopens an upload that could not be completed. Does nothing when another process has changed it
 * in the meantime.
 */
export async function reopenUpload(
  { metadata }: Pick<StorageServices, "metadata">,
  { at, version, record }: Upload,
): Promise<void> {
  await commitOnce(metadata, {
    checks: [{ key: at, version }],
    puts: [{ key: at, value: uploadRecords.encode({ ...record, closingSinceMs: undefined }) }],
    deletes: [],
  });
}

/**
 * Aborts an upload. Its parts are purged in the background. Returns false when there is no such
 * upload.
 */
export async function abortUpload(
  services: ChangingServices,
  target: KeyTarget,
  uploadId: string,
): Promise<boolean> {
  const aborted = await changeUpload<true>(services, target, uploadId, async (upload, bucket) => {
    const committed = await commitOnce(services.metadata, {
      checks: [
        { key: gateRecords.key(bucket.id), version: bucket.gateVersion },
        { key: upload.at, version: upload.version },
      ],
      puts: [purgePut(upload.id, services.clock(), "none")],
      deletes: [upload.at],
    });
    return committed.ok ? { done: true } : { changed: "head" };
  });
  return aborted === true;
}

/** The job that removes the parts of an upload that is over. */
export function purgePut(id: Uint8Array, nowMs: number, keep: KeptParts): Put {
  return jobPut("purge-upload", id, { keep, dueMs: nowMs, nowMs });
}

// Retries on conflicts with other writers, and while another process completes the upload.
function changeUpload<T>(
  services: ChangingServices,
  target: KeyTarget,
  uploadId: string,
  attempt: (upload: Upload, bucket: KeyTarget["bucket"]) => Promise<Attempt<T>>,
): Promise<T | undefined> {
  return changeKey<T | undefined>(services, { ...target, lane: uploadId }, async (current) => {
    const upload = await findUpload(services, current, uploadId);
    if (upload === undefined) return { done: undefined };
    if (isClosing(upload, services.clock())) return { changed: "head" };
    return attempt(upload, current.bucket);
  });
}
