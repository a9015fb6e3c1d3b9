// Inspects one version of an object, or one part of an upload: every byte must exist, be unchanged,
// and have a reference that protects it from the sweeper.
import { BlobMissingError, errorMessage, type MetadataStore } from "@ossicle/store";
import { entriesOf } from "../../objects/records/entries-of.ts";
import { refsOfPart } from "../../objects/uploads/parts.ts";
import {
  asChunks,
  openSlice,
  partsOf,
  type ReadingServices,
  type StoredBytes,
} from "../../objects/bytes/read-object.ts";
import { sealedLength } from "../../objects/encryption/chunk-cipher.ts";
import { bodyLength } from "../../objects/encryption/encryption.ts";
import type { ByteServices } from "../../objects/bytes/byte-services.ts";
import { pageRecords, referenceRecords } from "../../objects/records/key-space.ts";
import { pagesAtATime } from "../../objects/records/manifest.ts";
import type { ObjectRecord, PartRecord } from "../../objects/records/records.ts";
import { manifestOwner } from "../../objects/records/references.ts";

/** What inspecting needs. */
export interface InspectingServices extends Pick<ByteServices, "metadata" | "blobs" | "hashing"> {
  readonly encryptionKeys: ReadingServices["encryptionKeys"];
}

/** How thoroughly to inspect. */
export interface InspectOptions {
  /**
   * Whether bytes are read and compared with their digests. Otherwise only their presence is
   * checked.
   */
  readonly readsBytes: boolean;
  readonly onBytes: (count: number) => void;
}

/** Returns the problems of a version; an empty list when it is intact. */
export async function inspectVersion(
  services: InspectingServices,
  version: { readonly record: ObjectRecord; readonly payload: Uint8Array | undefined },
  options: InspectOptions,
): Promise<readonly string[]> {
  const { record, payload } = version;
  if (record.deleteMarker === true || record.symlinkTarget !== undefined) return [];
  const { extents, manifest, size, id } = record;
  const problems: string[] = [];
  const inExtents = (extents ?? []).reduce((sum, [, , length]) => sum + length, 0);
  const inBlobs = manifest?.bytes ?? inExtents;
  const inPayload = lengthOf(record, payload);
  if (inBlobs + inPayload !== size) {
    problems.push(
      `its record says ${size} bytes, but ${inBlobs} are in blobs and ${inPayload} in its payload`,
    );
  }
  const owner = Buffer.from(id, "hex");
  for (const ref of new Set([
    ...(extents ?? []).map(([name]) => name),
    ...(manifest === undefined ? [] : [manifest.id]),
  ])) {
    if (await hasReference(services.metadata, Buffer.from(ref, "hex"), owner)) continue;
    problems.push(`nothing keeps ${ref} from being swept`);
  }
  if (manifest !== undefined) {
    problems.push(...(await inspectManifest(services.metadata, manifest)));
  }
  return [...problems, ...(await inspectBytes(services, { record, payload }, options))];
}

function lengthOf(
  { encryption }: Pick<ObjectRecord, "encryption">,
  payload: Uint8Array | undefined,
): number {
  if (payload === undefined) return 0;
  return encryption === undefined ? payload.length : bodyLength(payload);
}

/** Returns the problems of a part; an empty list when it is intact. */
export async function inspectPart(
  services: InspectingServices,
  { record, owner }: { readonly record: PartRecord; readonly owner: Uint8Array },
  options: InspectOptions,
): Promise<readonly string[]> {
  const { extents, size, crc64, etag, encryption } = record;
  const problems: string[] = [];
  for (const ref of refsOfPart(record)) {
    if (await hasReference(services.metadata, Buffer.from(ref, "hex"), owner)) continue;
    problems.push(`nothing keeps ${ref} from being swept`);
  }
  const contentMd5 = Buffer.from(etag, "hex").toString("base64");
  const bytes = { record: { extents, size, crc64, contentMd5, encryption }, payload: undefined };
  return [...problems, ...(await inspectBytes(services, bytes, options))];
}

async function hasReference(
  metadata: MetadataStore,
  ref: Uint8Array,
  owner: Uint8Array,
): Promise<boolean> {
  const [entry] = await metadata.getMany([referenceRecords.key(ref, owner)]);
  return entry !== undefined;
}

async function inspectManifest(
  metadata: MetadataStore,
  { id, bytes }: NonNullable<ObjectRecord["manifest"]>,
): Promise<readonly string[]> {
  const manifest = Buffer.from(id, "hex");
  let end = 0;
  const problems: string[] = [];
  const pages = { ...pageRecords.range(manifest), pageRows: pagesAtATime };
  for await (const { key, value } of entriesOf(metadata, pages)) {
    const [, offset] = pageRecords.partsOf(key);
    if (offset !== end) problems.push(`its list of blobs has a gap from byte ${end} to ${offset}`);
    end = offset;
    for (const [ref, , length, part] of pageRecords.decode(value).extents) {
      end += length;
      const owner = manifestOwner(manifest, part);
      if (await hasReference(metadata, Buffer.from(ref, "hex"), owner)) continue;
      problems.push(`nothing keeps ${ref} from being swept`);
    }
  }
  // A later append may have made the list longer than this version.
  if (end < bytes) problems.push(`its list of blobs ends at byte ${end} of ${bytes}`);
  return problems;
}

// A truncated blob lacks the last byte that the record uses, so reading this byte is enough.
async function touchEnds(
  services: InspectingServices,
  record: Pick<ObjectRecord, "size" | "manifest" | "encryption"> &
    Pick<StoredBytes["record"], "extents">,
): Promise<void> {
  const { size, manifest, extents = [] } = record;
  if (manifest === undefined && extents.length === 0) return;
  const whole = { offset: 0, length: manifest?.bytes ?? size };
  for await (const { ref, offset, length, blobLength } of partsOf(services, record, whole)) {
    const end = record.encryption === undefined ? offset + length : sealedLength(blobLength);
    const last = await services.blobs.read(ref, { offset: end - 1, length: 1 });
    for await (const _ of last) break;
  }
}

type DigestedBytes = StoredBytes & {
  readonly record: Pick<ObjectRecord, "crc64" | "contentMd5">;
};

async function inspectBytes(
  services: InspectingServices,
  version: DigestedBytes,
  { readsBytes, onBytes }: InspectOptions,
): Promise<readonly string[]> {
  const { size, crc64, contentMd5 } = version.record;
  try {
    const bytes = await openSlice(services, version, { offset: 0, length: size });
    if (!readsBytes) {
      if (!(bytes instanceof Uint8Array)) await bytes[Symbol.asyncIterator]().return?.();
      await touchEnds(services, version.record);
      return [];
    }
    const hash = await services.hashing.stream(0); // 0: on this thread, since no uploader waits
    let length = 0;
    for await (const chunk of asChunks(bytes)) {
      length += chunk.length;
      await hash.update(chunk);
    }
    onBytes(length);
    const digests = await hash.digest();
    const problems: string[] = [];
    if (length !== size) problems.push(`${length} of its ${size} bytes can be read`);
    if (digests.crc64 !== crc64) problems.push(`its CRC-64 is ${digests.crc64}, not ${crc64}`);
    const md5 = digests.md5.toString("base64");
    if (contentMd5 !== undefined && md5 !== contentMd5) {
      problems.push(`its MD5 is ${md5}, not ${contentMd5}`);
    }
    return problems;
  } catch (cause) {
    if (cause instanceof BlobMissingError) return [`its bytes are not there: ${cause.message}`];
    return [`its bytes cannot be read: ${errorMessage(cause)}`];
  }
}
