// Receives a body. A small body stays in memory and travels in the metadata commit. A larger body
// becomes a fresh blob, whose intent is committed before its first byte. No reader sees the bytes
// before the object's commit.
import { OssError } from "@ossicle/protocol";
import { type BlobWriter, mintRef, StoreUnavailableError } from "@ossicle/store";
import type { Memory } from "../../memory/memory.ts";
import type { IncomingBody } from "../../http/message.ts";
import { asBuffer } from "../records/as-buffer.ts";
import { BodyPieces, type PieceSinks } from "./body-pieces.ts";
import { commitOnce } from "../records/commit.ts";
import type { Encryption } from "../encryption/encryption.ts";
import type { PieceSealer } from "../encryption/seal-thread.ts";
import type { Digests, StreamHash } from "./hashing.ts";
import type { Room } from "./room.ts";
import type { ByteServices } from "./byte-services.ts";
import type { StorageServices } from "../records/storage-services.ts";
import { intentRecords } from "../records/key-space.ts";
import type { EncryptionRecord, Extent } from "../records/records.ts";

/** Largest body in bytes: 5 GB (OSS limits page). */
export const maxBodyBytes = 5_368_709_120;

/**
 * The record that says that a blob's bytes may exist; the commit that first refers to them consumes
 * it.
 */
export interface Intent {
  readonly ref: Uint8Array;
  readonly version: number;
}

/** A body that has been taken in. */
export interface Ingested extends Digests {
  readonly size: number;
  /** The bytes, when they travel in the commit. */
  readonly payload?: Buffer;
  /** The bytes as the commit holds them: encrypted, if the object is. */
  readonly storedPayload?: Buffer;
  /** How the stored bytes are encrypted. */
  readonly encryption?: EncryptionRecord;
  /** The blob that holds them, when they do not. */
  readonly extents?: readonly Extent[];
  readonly intent?: Intent;
  /** Deletes the bytes, when the request is refused after all. */
  readonly discard: () => Promise<void>;
  /** Returns the payload's bytes to their budget, once the request has been handled. */
  readonly release: () => void;
}

/** How a body is stored. */
export interface IngestOptions {
  /** A longer body becomes a blob; by default {@link ByteServices.inlineLimitBytes}. */
  readonly inlineLimitBytes?: number;
  /** Encrypts the bytes. */
  readonly encryption?: Encryption | undefined;
}

/**
 * Receives a body. A body that is longer than `inlineLimitBytes` becomes a blob. Throws
 * EntityTooLarge beyond 5 GB, IncompleteBody when bytes are missing, and ServiceUnavailable when
 * the disk has no room.
 */
export async function ingest(
  services: ByteServices,
  body: IncomingBody,
  { inlineLimitBytes = services.inlineLimitBytes, encryption }: IngestOptions = {},
): Promise<Ingested> {
  if ((body.lengthBytes ?? 0) > maxBodyBytes) throw tooLarge(body.lengthBytes ?? 0);
  await services.room.require(body.lengthBytes ?? 0);
  const source = body.chunks[Symbol.asyncIterator]();
  const { smallBodies } = services.memory;
  const { first, size, isWhole, held } = await readFirst(smallBodies, source, inlineLimitBytes);
  const release = once(() => smallBodies.give(held));
  try {
    if (!isWhole) {
      release();
      return await ingestBlob(services, { body, first, size, source, encryption });
    }
    checkLength(body, size);
    const payload =
      first.length === 1 ? asBuffer(first[0] ?? Buffer.alloc(0)) : Buffer.concat(first, size);
    const { md5, crc64 } = services.hashing.digest(payload);
    const whole = { md5, crc64, size, payload, discard: nothingToDiscard, release };
    if (encryption === undefined) return { ...whole, storedPayload: payload };
    const storedPayload = encryption.sealPayload(payload);
    return { ...whole, storedPayload, encryption: encryption.record };
  } catch (cause) {
    release();
    throw cause;
  }
}

function once(act: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) act();
    isDone = true;
  };
}

interface First {
  readonly first: Uint8Array[];
  readonly size: number;
  readonly isWhole: boolean;
  /** Bytes that the budget has lent. */
  readonly held: number;
}

// A small body travels in the commit. A body that is longer, or that the memory budget cannot hold,
// becomes a blob.
async function readFirst(
  smallBodies: Memory["smallBodies"],
  source: AsyncIterator<Uint8Array>,
  inlineLimitBytes: number,
): Promise<First> {
  const first: Uint8Array[] = [];
  let size = 0;
  let held = 0;
  try {
    for (;;) {
      const next = await source.next();
      if (next.done === true) return { first, size, isWhole: true, held };
      const { length } = next.value;
      first.push(next.value);
      size += length;
      if (size > inlineLimitBytes || !smallBodies.take(length)) {
        return { first, size, isWhole: false, held };
      }
      held += length;
    }
  } catch (cause) {
    smallBodies.give(held);
    throw cause;
  }
}

/**
 * Deletes the bytes of a request that failed with `cause`, unless the outcome of its commit is
 * unknown.
 */
export async function discardAfter(
  { log }: Pick<StorageServices, "log">,
  body: Pick<Ingested, "discard">,
  cause: unknown,
): Promise<void> {
  // After an unknown outcome the commit may have happened. The bytes stay: the sweeper removes them
  // if no record refers to them.
  if (cause instanceof OssError && cause.code === "ServiceUnavailable") return;
  if (cause instanceof StoreUnavailableError) return;
  await body.discard().catch((error: unknown) => {
    log.warn({ err: error }, "a refused body could not be deleted; the sweeper deletes it");
  });
}

const nothingToDiscard = (): Promise<void> => Promise.resolve();

interface Arriving {
  readonly body: IncomingBody;
  /** Chunks that have arrived already. `pump` removes each chunk when it uses it. */
  readonly first: Uint8Array[];
  readonly size: number;
  readonly source: AsyncIterator<Uint8Array>;
  readonly encryption: Encryption | undefined;
}

async function ingestBlob(services: ByteServices, arriving: Arriving): Promise<Ingested> {
  const ref = mintRef();
  const intent = await commitOnce(services.metadata, {
    checks: [],
    puts: [
      { key: intentRecords.key(ref), value: intentRecords.encode({ sinceMs: services.clock() }) },
    ],
    deletes: [],
  });
  if (!intent.ok) throw new Error("the commit of an intent has no checks, but conflicted");
  const forget = async (): Promise<void> => {
    await commitOnce(services.metadata, {
      checks: [{ key: intentRecords.key(ref), version: intent.version }],
      puts: [],
      deletes: [intentRecords.key(ref)],
    });
  };
  let hash: StreamHash | undefined;
  let writer: BlobWriter | undefined;
  let sealer: PieceSealer | undefined;
  try {
    hash = await services.hashing.stream(arriving.body.lengthBytes);
    writer = await services.blobs.create(ref);
    const { room, memory } = services;
    const { encryption } = arriving;
    sealer = encryption?.sealer(ref, arriving.body.lengthBytes);
    const sinks = { writer, hash, room, pool: memory.pieces, sealer };
    const { size, digests } = await pump(arriving, sinks);
    const name = Buffer.from(ref).toString("hex");
    return {
      ...digests,
      size,
      extents: [[name, 0, size]],
      ...(encryption === undefined ? {} : { encryption: encryption.record }),
      intent: { ref, version: intent.version },
      release: () => undefined,
      discard: async () => {
        await services.blobs.remove([ref]);
        await forget();
      },
    };
  } catch (cause) {
    hash?.drop();
    // If the clean-up fails too, the intent stays, and the sweeper removes the bytes.
    const cleanUp = (writer?.abort() ?? services.blobs.remove([ref]))
      .then(forget)
      .catch((err: unknown) => {
        services.log.warn({ err }, "a failed body could not be deleted; the sweeper deletes it");
      });
    // While the store is away, the clean-up takes as long as the upload's tries did.
    if (!(cause instanceof StoreUnavailableError)) await cleanUp;
    throw cause;
  } finally {
    sealer?.end();
  }
}

interface Sinks extends PieceSinks {
  readonly room: Room;
}

async function pump(
  { body, first, source }: Arriving,
  sinks: Sinks,
): Promise<{ size: number; digests: Digests }> {
  const { writer, hash, room } = sinks;
  const pieces = new BodyPieces(sinks);
  let size = 0;
  const take = async (chunk: Uint8Array): Promise<void> => {
    size += chunk.length;
    if (size > maxBodyBytes) throw tooLarge(size);
    await room.require(chunk.length);
    await pieces.push(chunk);
    body.free?.(chunk);
  };
  // Read each chunk in a function of its own. A variable of `pump` would keep the last chunk in
  // memory while the client stalls.
  const takeNext = async (): Promise<boolean> => {
    const next = await pieces.waitFor(source.next());
    if (next.done !== true) await take(next.value);
    return next.done !== true;
  };
  try {
    for (let chunk = first.shift(); chunk !== undefined; chunk = first.shift()) await take(chunk);
    while (await takeNext());
    checkLength(body, size);
    await pieces.end();
  } catch (cause) {
    await pieces.settle();
    throw cause;
  }
  const [digests] = await Promise.all([hash.digest(), writer.finish()]);
  return { size, digests };
}

function checkLength(body: IncomingBody, size: number): void {
  if (body.lengthBytes !== undefined && size !== body.lengthBytes)
    throw new OssError("IncompleteBody");
}

function tooLarge(size: number): OssError<"EntityTooLarge"> {
  return new OssError("EntityTooLarge", {
    MaxSizeAllowed: String(maxBodyBytes),
    ProposedSize: String(size),
  });
}
