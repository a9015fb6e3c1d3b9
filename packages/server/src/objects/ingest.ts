// Takes a body in: a small one into memory, to travel in the metadata commit; a larger one into a fresh blob, whose intent
// is committed before its first byte. Nothing is visible until the object's commit.
import { OssError } from "@ossicle/protocol";
import { type BlobWriter, mintRef } from "@ossicle/store";
import type { Services } from "../services.ts";
import { asBuffer } from "./as-buffer.ts";
import { commitOnce } from "./commit.ts";
import type { Digests, StreamHash } from "./hashing.ts";
import { intentKey } from "./keys.ts";
import { encodeRecord, type Extent } from "./records.ts";
import { diskFull, isDiskFull, type Room } from "./room.ts";

/** Largest body in bytes: 5 GB (OSS limits page). */
export const maxBodyBytes = 5_368_709_120;

/** A body as it arrives. */
export interface IncomingBody {
  /** Content-Length; undefined for a chunked body. */
  readonly lengthBytes: number | undefined;
  /** The bytes. Throws when the client goes away or is too slow. */
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** The record that says that a blob's bytes may exist; the commit that first refers to them consumes it. */
export interface Intent {
  readonly ref: Uint8Array;
  readonly version: number;
}

/** A body that has been taken in. */
export interface Ingested extends Digests {
  readonly size: number;
  /** The bytes, when they travel in the commit. */
  readonly payload?: Buffer;
  /** The blob that holds them, when they do not. */
  readonly extents?: readonly Extent[];
  readonly intent?: Intent;
  /** Throws the bytes away: the request is refused after all. */
  readonly discard: () => Promise<void>;
}

type IngestServices = Pick<
  Services,
  "metadata" | "blobs" | "clock" | "hashing" | "inlineLimitBytes" | "log" | "room"
>;

/** Takes a body in; one that is longer than a limit becomes a blob. Throws EntityTooLarge beyond 5 GB, IncompleteBody when bytes are missing, ServiceUnavailable without room. */
export async function ingest(
  services: IngestServices,
  body: IncomingBody,
  inlineLimitBytes: number = services.inlineLimitBytes,
): Promise<Ingested> {
  if ((body.lengthBytes ?? 0) > maxBodyBytes) throw tooLarge(body.lengthBytes ?? 0);
  await services.room.require(body.lengthBytes ?? 0);
  const first: Uint8Array[] = [];
  let size = 0;
  const source = body.chunks[Symbol.asyncIterator]();
  for (;;) {
    const next = await source.next();
    if (next.done === true) break;
    first.push(next.value);
    size += next.value.length;
    if (size > inlineLimitBytes) return ingestBlob(services, { body, first, size, source });
  }
  checkLength(body, size);
  const payload =
    first.length === 1 ? asBuffer(first[0] ?? Buffer.alloc(0)) : Buffer.concat(first, size);
  const { md5, crc64 } = services.hashing.digest(payload);
  return { md5, crc64, size, payload, discard: nothingToDiscard };
}

/** Throws a body away whose request was refused with `cause`, if that is certain. */
export async function discardAfter(
  { log }: Pick<Services, "log">,
  body: Pick<Ingested, "discard">,
  cause: unknown,
): Promise<void> {
  // After an unknown outcome the commit may have happened: the bytes must stay until the sweeper knows.
  if (cause instanceof OssError && cause.code === "ServiceUnavailable") return;
  await body.discard().catch((error: unknown) => log.warn({ err: error }, "discard failed"));
}

const nothingToDiscard = (): Promise<void> => Promise.resolve();

interface Arriving {
  readonly body: IncomingBody;
  readonly first: readonly Uint8Array[];
  readonly size: number;
  readonly source: AsyncIterator<Uint8Array>;
}

async function ingestBlob(services: IngestServices, arriving: Arriving): Promise<Ingested> {
  const ref = mintRef();
  const intent = await commitOnce(services.metadata, {
    checks: [],
    puts: [{ key: intentKey(ref), value: encodeRecord({ sinceMs: services.clock() }) }],
    deletes: [],
  });
  if (!intent.ok) throw new Error("an intent cannot conflict");
  const [writer, hash] = await Promise.all([
    services.blobs.create(ref),
    services.hashing.stream(arriving.body.lengthBytes),
  ]);
  const forget = async (): Promise<void> => {
    await commitOnce(services.metadata, {
      checks: [{ key: intentKey(ref), version: intent.version }],
      puts: [],
      deletes: [intentKey(ref)],
    });
  };
  try {
    const { size, digests } = await pump(arriving, { writer, hash, room: services.room });
    const name = Buffer.from(ref).toString("hex");
    return {
      ...digests,
      size,
      extents: [[name, 0, size]],
      intent: { ref, version: intent.version },
      discard: async () => {
        await services.blobs.remove([ref]);
        await forget();
      },
    };
  } catch (cause) {
    hash.drop();
    // If this fails too, the intent stays and the sweeper does it.
    await writer
      .abort()
      .then(forget)
      .catch((error: unknown) => services.log.warn({ err: error }, "abort failed"));
    throw isDiskFull(cause) ? diskFull(cause) : cause;
  }
}

/** Bytes that go to the disk and to the hash in one piece. */
const pieceBytes = 1_048_576;

/** Pieces of one upload at most, filling, on the way to the disk or in the hash: they bound its memory to 4 MiB. */
const maxPieces = 4;

interface Sinks {
  readonly writer: BlobWriter;
  readonly hash: StreamHash;
  readonly room: Room;
}

async function pump(
  { body, first, source }: Arriving,
  { writer, hash, room }: Sinks,
): Promise<{ size: number; digests: Digests }> {
  const pieces = new Pieces(writer, hash);
  let size = 0;
  const take = async (chunk: Uint8Array): Promise<void> => {
    size += chunk.length;
    if (size > maxBodyBytes) throw tooLarge(size);
    await room.require(chunk.length);
    await pieces.push(chunk);
  };
  try {
    for (const chunk of first) await take(chunk);
    for (;;) {
      const next = await source.next();
      if (next.done === true) break;
      await take(next.value);
    }
    checkLength(body, size);
    await pieces.end();
  } catch (cause) {
    await pieces.settle();
    throw cause;
  }
  const [digests] = await Promise.all([hash.digest(), writer.finish()]);
  return { size, digests };
}

// Gathers chunks into pieces of shared memory; each piece is written and hashed at the same time, in order.
class Pieces {
  readonly #writer: BlobWriter;
  readonly #hash: StreamHash;
  readonly #free: Uint8Array[] = [];
  readonly #underWay: Promise<void>[] = [];
  #written: Promise<void> = Promise.resolve();
  #made = 0;
  #current: Uint8Array | undefined;
  #filled = 0;

  constructor(writer: BlobWriter, hash: StreamHash) {
    this.#writer = writer;
    this.#hash = hash;
  }

  async push(chunk: Uint8Array): Promise<void> {
    let at = 0;
    while (at < chunk.length) {
      this.#current ??= await this.#take();
      const part = chunk.subarray(at, at + pieceBytes - this.#filled);
      this.#current.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled === pieceBytes) this.#send();
    }
  }

  async #take(): Promise<Uint8Array> {
    for (;;) {
      const free = this.#free.pop();
      if (free !== undefined) return free;
      if (this.#made < maxPieces) {
        this.#made += 1;
        return new Uint8Array(new SharedArrayBuffer(pieceBytes));
      }
      await this.#underWay.shift();
    }
  }

  #send(): void {
    const piece = this.#current;
    if (piece === undefined) return;
    const bytes = piece.subarray(0, this.#filled);
    this.#written = this.#written.then(() => this.#writer.write(bytes));
    const done = Promise.all([this.#written, this.#hash.update(bytes)]).then(() => {
      this.#free.push(piece);
    });
    done.catch(() => undefined); // reported where it is awaited
    this.#underWay.push(done);
    this.#current = undefined;
    this.#filled = 0;
  }

  async end(): Promise<void> {
    this.#send();
    await Promise.all(this.#underWay);
  }

  async settle(): Promise<void> {
    await Promise.allSettled(this.#underWay);
  }
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
