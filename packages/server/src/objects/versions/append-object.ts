// Appends to an object in place. An appendable object is a manifest of blobs, followed by a tail in
// its record. When the tail is too long, it becomes a blob. An append rewrites the record and at
// most one page, however long the object is.
import { combineCrc64, type ObjectAcl, OssError } from "@ossicle/protocol";
import { mintRef, type Put } from "@ossicle/store";
import {
  type Attempt,
  changeKey,
  type ChangingServices,
  commitToKey,
  type KeyTarget,
  readAgain,
} from "./change-key.ts";
import { sweptAway } from "./conflict.ts";
import { putRecord } from "./displace.ts";
import { discardAfter, ingest, type Ingested, type Intent, maxBodyBytes } from "../bytes/ingest.ts";
import type { Head } from "../records/head.ts";
import { asChunks, openPayload } from "../bytes/read-object.ts";
import { encryptionOf } from "../buckets/choose-encryption.ts";
import { type Encryption, isSameEncryption } from "../encryption/encryption.ts";
import { requireMutable } from "./retention.ts";
import { writeObject } from "./write-object.ts";
import type { WriteOptions } from "./new-object.ts";
import type { ByteServices } from "../bytes/byte-services.ts";
import type { StorageServices } from "../records/storage-services.ts";
import { headRecords, intentRecords, pageRecords } from "../records/key-space.ts";
import { maxPageExtents } from "../records/manifest.ts";
import type {
  Extent,
  ManifestExtent,
  ManifestRecord,
  ObjectDescription,
  ObjectRecord,
  PageRecord,
} from "../records/records.ts";
import { manifestOwner, referencePut } from "../records/references.ts";

/** Bytes to append. */
export interface Append<Made> {
  readonly position: number;
  readonly body: Ingested;
  /** What the first append says about the object. */
  readonly first: Omit<ObjectDescription, "size" | "etag" | "crc64" | "type">;
  /**
   * The ACL that a request names; it takes effect on later appends too (integration test of the
   * Java SDK).
   */
  readonly acl: ObjectAcl | undefined;
  /**
   * Makes what the commit puts beside the object, once the new record is known. It is called for
   * every try to extend an object, and once for every round that tries to create one.
   */
  readonly prepare: (
    record: ObjectDescription,
  ) => Promise<Pick<WriteOptions<Made>, "alongside"> | undefined>;
}

/** What an append made of the object. */
export interface Appended<Made> {
  readonly record: ObjectRecord;
  /** Version of the commit; absent when the body was empty, so that nothing was committed. */
  readonly version?: number;
  /** What `alongside` made in the try that was committed. */
  readonly made?: Made | undefined;
}

type AppendingServices = ChangingServices & ByteServices;

/** A head has appeared where there was none. */
class HeadAppearedError extends Error {
  override readonly name: string = "HeadAppearedError";
}

/** Most rounds while other writers create and delete the object in turn. */
const maxRounds = 8;

/**
 * Appends. Throws PositionNotEqualToLength, ObjectNotAppendable, MethodNotAllowed for a sealed
 * object, EntityTooLarge.
 */
export async function appendToObject<Made>(
  services: AppendingServices,
  target: KeyTarget,
  append: Append<Made>,
): Promise<Appended<Made>> {
  let seen = target;
  for (let round = 0; round < maxRounds; round += 1) {
    const appended = await changeKey<Appended<Made> | KeyTarget>(services, seen, (current) =>
      attemptAppend(services, current, append),
    );
    if (!("bucket" in appended)) return appended;
    try {
      return await begin(services, appended, append);
    } catch (cause) {
      if (!(cause instanceof HeadAppearedError)) throw cause;
      seen = await readAgain(services, seen);
    }
  }
  throw new OssError("ServiceUnavailable", {}, { message: "Too many writers of one key." });
}

async function attemptAppend<Made>(
  services: AppendingServices,
  target: KeyTarget,
  { position, body, acl, prepare }: Append<Made>,
): Promise<Attempt<Appended<Made> | KeyTarget>> {
  const { head } = target;
  requirePosition(head, position, body.size);
  if (head === undefined || head.record.deleteMarker === true) return { done: target };
  if (head.payload === "not read") return { changed: "head" }; // read the head with its payload
  if (body.size === 0) return { done: { record: head.record } };
  requireMutable(target.bucket.gate, head.record, { nowMs: services.clock() });
  requireSameEncryption(head.record, body);
  const grown = await grow(services, { ...target, head: withAcl(head, acl) }, body);
  try {
    const prepared = await prepare(grown.record);
    const alongside = prepared?.alongside?.(services.clock(), grown.record);
    const committed = await commitToKey(services, target, {
      checks: grown.intents.map(({ ref, version }) => ({ key: intentRecords.key(ref), version })),
      puts: [
        putRecord(
          headRecords,
          headRecords.key(target.bucket.id, target.key),
          grown.record,
          grown.payload,
        ),
        ...grown.puts,
        ...(alongside?.puts ?? []),
      ],
      deletes: grown.intents.map(({ ref }) => intentRecords.key(ref)),
    });
    if (committed.ok) {
      const { version } = committed;
      return { done: { record: grown.record, version, made: alongside?.made } };
    }
    if (body.intent !== undefined && committed.rest.at(-1) === undefined) throw sweptAway();
    await grown.discard(undefined);
    return committed.changed;
  } catch (cause) {
    await grown.discard(cause);
    throw cause;
  }
}

function withAcl(head: Head, acl: ObjectAcl | undefined): Head {
  if (acl === undefined) return head;
  return { ...head, record: { ...head.record, acl: acl === "default" ? undefined : acl } };
}

/**
 * Throws when an append at this position must be refused. The first check runs before the body
 * arrives, and refuses most such appends.
 */
export function requirePosition(
  head: KeyTarget["head"],
  position: number,
  lengthBytes: number | undefined,
): void {
  if (head === undefined || head.record.deleteMarker === true) {
    if (position !== 0) throw wrongPosition(0);
  } else {
    requireAppendable(head.record, position, lengthBytes ?? 0);
  }
}

/** Throws when an append to the object, or its sealing, must be refused. */
export function requireAppendable(record: ObjectRecord, position: number, more: number): void {
  if (record.type !== "Appendable") throw new OssError("ObjectNotAppendable");
  if (record.sealedMs !== undefined) {
    throw new OssError("MethodNotAllowed", { Method: "POST", ResourceType: "SealedObject" });
  }
  if (position !== record.size) throw wrongPosition(record.size);
  if (record.size + more <= maxBodyBytes) return;
  throw new OssError("EntityTooLarge", {
    MaxSizeAllowed: String(maxBodyBytes),
    ProposedSize: String(record.size + more),
  });
}

// The body was encrypted for the object that was there when the request began.
function requireSameEncryption(record: ObjectRecord, body: Ingested): void {
  if (isSameEncryption(record.encryption, body.encryption)) return;
  const message = "The object was replaced during the append. Please try again.";
  throw new OssError("ServiceUnavailable", {}, { message });
}

/** 409 with the right position in a header, without which oss2 fails. */
export function wrongPosition(size: number): OssError<"PositionNotEqualToLength"> {
  const headers = { "x-oss-next-append-position": String(size) };
  return new OssError("PositionNotEqualToLength", {}, { headers });
}

// OSS does not document how it computes the ETags of appendable objects. Those of Ossicle change
// with the content and end in zeros, like recorded ones of OSS.
function etagOf(crc64: string): string {
  return BigInt(crc64).toString(16).toUpperCase().padStart(16, "0").padEnd(32, "0");
}

interface Grown {
  readonly record: ObjectRecord;
  readonly payload: Uint8Array | undefined;
  readonly puts: readonly Put[];
  /** The intents to consume. If the body has one, it is the last. */
  readonly intents: readonly Intent[];
  /** Throws away what was written beside the body. */
  readonly discard: (cause: unknown) => Promise<void>;
}

async function grow(
  services: AppendingServices,
  target: KeyTarget & { readonly head: Head },
  body: Ingested,
): Promise<Grown> {
  const { record } = target.head;
  const encryption = await encryptionOf(services, record);
  const tail = openPayload(target.head, encryption);
  const size = record.size + body.size;
  const crc64 = combineCrc64([record, body]);
  const facts = { size, crc64, etag: etagOf(crc64), modifiedMs: services.clock() };
  if (body.payload !== undefined && tail.length + body.size <= services.inlineLimitBytes) {
    const payload = Buffer.concat([tail, body.payload]);
    return {
      record: { ...record, ...facts },
      payload: encryption === undefined ? payload : encryption.sealPayload(payload),
      puts: [],
      intents: [],
      discard: () => Promise.resolve(),
    };
  }
  const parts = [tail, body.payload];
  const before = tail.length > 0 ? await spill(services, parts, encryption) : undefined;
  const after = body.payload === undefined ? body : undefined;
  const extents = [...(before?.extents ?? []), ...(after?.extents ?? [])];
  const { manifest, puts } = await extend(services, record, { extents, size });
  const intents = [before?.intent, after?.intent].filter((one) => one !== undefined);
  return {
    record: { ...record, ...facts, manifest },
    payload: undefined,
    puts,
    intents,
    discard: async (cause) => {
      if (before !== undefined) await discardAfter(services, before, cause);
    },
  };
}

// Writes the record's tail, followed by a small body, to a blob.
function spill(
  services: AppendingServices,
  parts: readonly (Uint8Array | undefined)[],
  encryption: Encryption | undefined,
): Promise<Ingested> {
  const bytes = Buffer.concat(parts.filter((part) => part !== undefined));
  const body = { lengthBytes: bytes.length, chunks: asChunks(bytes) };
  return ingest(services, body, { inlineLimitBytes: 0, encryption });
}

interface Extension {
  readonly extents: readonly Extent[];
  readonly size: number;
}

async function extend(
  { metadata }: Pick<StorageServices, "metadata">,
  record: Pick<ObjectRecord, "id" | "manifest">,
  { extents, size }: Extension,
): Promise<{ manifest: ManifestRecord; puts: readonly Put[] }> {
  const old = record.manifest;
  const id = old === undefined ? Buffer.from(mintRef()) : Buffer.from(old.id, "hex");
  const lastPage = old?.lastPage ?? 0;
  const [entry] = old === undefined ? [] : await metadata.getMany([pageRecords.key(id, lastPage)]);
  if (old !== undefined && entry === undefined)
    throw new Error(`manifest ${old.id} has lost its last page: run \`ossicle verify\``);
  const kept = entry === undefined ? [] : pageRecords.decode(entry.value).extents;
  const fits = kept.length + extents.length <= maxPageExtents;
  const offset = fits ? lastPage : (old?.bytes ?? 0);
  const puts = pageOf({ id, offset, kept: fits ? kept : [], added: extents });
  if (old === undefined) puts.push(referencePut(id, Buffer.from(record.id, "hex")));
  return { manifest: { id: id.toString("hex"), bytes: size, lastPage: offset }, puts };
}

interface GrownPage {
  readonly id: Uint8Array;
  readonly offset: number;
  readonly kept: readonly ManifestExtent[];
  readonly added: readonly Extent[];
}

// A page with its new extents, and the references to their blobs. An appendable object has no
// parts, so its blobs have part number 0.
function pageOf({ id, offset, kept, added }: GrownPage): Put[] {
  const extents = [
    ...kept,
    ...added.map(([ref, at, length]): ManifestExtent => [ref, at, length, 0]),
  ];
  const owner = manifestOwner(id, 0);
  return [
    {
      key: pageRecords.key(id, offset),
      value: pageRecords.encode({ extents } satisfies PageRecord),
    },
    ...added.map(([ref]) => referencePut(Buffer.from(ref, "hex"), owner)),
  ];
}

// The first append is an ordinary write that must not find an object.
async function begin<Made>(
  services: AppendingServices,
  target: KeyTarget,
  { body, first, prepare }: Append<Made>,
): Promise<Appended<Made>> {
  const { size, crc64, storedPayload: payload, extents = [], intent, encryption } = body;
  const facts = { size, crc64, etag: etagOf(crc64), type: "Appendable" as const };
  const guard = ({ head }: KeyTarget): void => {
    if (head !== undefined && head.record.deleteMarker !== true) throw new HeadAppearedError();
  };
  const id = Buffer.from(mintRef());
  const manifest: ManifestRecord = { id: id.toString("hex"), bytes: size, lastPage: 0 };
  const isInline = payload !== undefined;
  const record = { ...first, ...facts, encryption, ...(isInline ? {} : { manifest }) };
  const prepared = await prepare(record);
  return writeObject(
    services,
    {
      ...target,
      guard,
      alongside: (nowMs, written) => {
        const { puts = [], made } = prepared?.alongside?.(nowMs, written) ?? {};
        const page = isInline ? [] : pageOf({ id, offset: 0, kept: [], added: extents });
        return { puts: [...page, ...puts], made };
      },
    },
    {
      record,
      ...(isInline ? { payload } : {}),
      ...(intent === undefined ? {} : { intent }),
    },
  );
}
