// Puts, replaces and reads the parts of an upload. References to a part's blobs belong to the
// upload's id and the part's number, so that the completed object refers to all blobs by one
// record.
import { changeKey, type ChangingServices, type KeyTarget } from "../versions/change-key.ts";
import { commitOnce } from "../records/commit.ts";
import type { Intent } from "../bytes/ingest.ts";
import { previousPart } from "./sequential-upload.ts";
import { findUpload, isClosing, reopenUpload } from "./uploads.ts";
import { checksOf, hasSourceChanged } from "../versions/conflict.ts";
import type { NewObject } from "../versions/new-object.ts";
import type { StorageServices } from "../records/storage-services.ts";
import { entriesOf } from "../records/entries-of.ts";
import { gateRecords, intentRecords, partRecords, referenceRecords } from "../records/key-space.ts";
import type { PartRecord } from "../records/records.ts";
import { garbagePut, manifestOwner, referencePut } from "../records/references.ts";

/** A part with its number. */
export interface NumberedPart {
  readonly partNumber: number;
  readonly record: PartRecord;
}

/** A part to be put. */
export interface NewPart {
  readonly uploadId: string;
  readonly partNumber: number;
  readonly record: Omit<PartRecord, "modifiedMs">;
  readonly intent?: Intent | undefined;
  readonly learntFrom?: NewObject["learntFrom"];
  /** Whether the part's upload takes parts in order only. */
  readonly sequential?: boolean;
}

/**
 * Puts a part, and replaces one of the same number. Returns undefined when there is no such upload.
 * Throws ServiceUnavailable, PartNotSequential and PartAlreadyExist for a sequential upload, and
 * SourceChangedError when a record that its references were copied from has changed.
 */
export function putPart(
  services: ChangingServices,
  target: KeyTarget,
  part: NewPart,
): Promise<PartRecord | undefined> {
  const { uploadId, partNumber, intent, learntFrom = [], sequential = false } = part;
  const lane = `${uploadId}/${partNumber}`;
  return changeKey<PartRecord | undefined>(services, { ...target, lane }, async (current) => {
    const { bucket } = current;
    const upload = await findUpload(services, current, uploadId);
    if (upload === undefined) return { done: undefined };
    if (isClosing(upload, services.clock())) return { changed: "head" };
    if (upload.record.closingSinceMs !== undefined) {
      // The process that closed the upload may be slow rather than dead. Reopening changes the
      // upload's version, so that the slow process cannot commit the parts that it has read.
      await reopenUpload(services, upload);
      return { changed: "head" };
    }
    const at = partRecords.key(upload.id, partNumber);
    if (sequential) await previousPart(services.metadata, { upload, partNumber });
    const [old] = await services.metadata.getMany([at]);
    if (sequential && old !== undefined) return { changed: "head" };
    const nowMs = services.clock();
    const record: PartRecord = { ...part.record, modifiedMs: nowMs };
    const owner = manifestOwner(upload.id, partNumber);
    const refs = refsOfPart(record);
    const replaced = old === undefined ? [] : refsOfPart(partRecords.decode(old.value));
    const gone = replaced.filter((ref) => !refs.includes(ref));
    const committed = await commitOnce(services.metadata, {
      checks: [
        { key: gateRecords.key(bucket.id), version: bucket.gateVersion },
        { key: upload.at, version: upload.version },
        { key: at, version: old?.version ?? "absent" },
        ...checksOf({ intent, learntFrom }),
      ],
      puts: [
        { key: at, value: partRecords.encode(record) },
        ...refs.map((ref) => referencePut(Buffer.from(ref, "hex"), owner)),
        ...gone.map((ref) => garbagePut(Buffer.from(ref, "hex"), nowMs)),
      ],
      deletes: [
        ...gone.map((ref) => referenceRecords.key(Buffer.from(ref, "hex"), owner)),
        ...(intent === undefined ? [] : [intentRecords.key(intent.ref)]),
      ],
    });
    if (committed.ok) return { done: record };
    const isStale = hasSourceChanged({ intent, learntFrom }, committed.current.slice(3));
    return isStale ? { changed: "source" } : { changed: "head" };
  });
}

/** The blobs of a part, each once, in hex. */
export function refsOfPart({ extents }: Pick<PartRecord, "extents">): readonly string[] {
  return [...new Set(extents.map(([ref]) => ref))];
}

/** At most `limit` parts after a part number, in order. `limit` is at least 1. */
export async function readParts(
  { metadata }: Pick<StorageServices, "metadata">,
  upload: Uint8Array,
  { after = 0, limit }: { readonly after?: number; readonly limit: number },
): Promise<readonly NumberedPart[]> {
  const parts: NumberedPart[] = [];
  const from = partRecords.key(upload, after + 1);
  const { to } = partRecords.range(upload);
  const pageRows = Math.min(1_000, limit);
  for await (const { key, value } of entriesOf(metadata, { from, to, pageRows })) {
    const [, partNumber] = partRecords.partsOf(key);
    parts.push({ partNumber, record: partRecords.decode(value) });
    if (parts.length === limit) break;
  }
  return parts;
}
