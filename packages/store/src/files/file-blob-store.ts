// Stores each blob as one immutable file, in one of 256 folders. A finished blob is synced, and so
// is its folder, which holds its name.
import { constants } from "node:fs";
import { type FileHandle, mkdir, open, opendir, readdir, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import {
  BlobMissingError,
  type BlobRef,
  type BlobSlice,
  type BlobStore,
  type BlobWriter,
} from "../blob-store.ts";
import { errorCode } from "../error-facts.ts";
import { isDirectRefusal } from "./direct.ts";
import { FolderSync } from "./folder-sync.ts";
import { ReadBefore } from "./read-before.ts";
import { type ReadableFile, readSlice } from "./read-slice.ts";

/**
 * Bytes after which written data is synced while more arrives, so that the last sync of a huge blob
 * is bounded. The value is large, because a sync beside writes is expensive: one every 32 MiB made
 * a 256 MiB blob four times slower (measured).
 */
const defaultSyncEveryBytes = 536_870_912;

/**
 * Large aligned pieces behind these first bytes of a blob bypass the page cache. Copying into it
 * takes a third of an upload's processor time (decision 20). The beginning is cached, because
 * applications often read a new object at once. What follows is read past the cache, too, unless it
 * was read before.
 */
const cachedBytes = 8_388_608;

/** Smallest piece that bypasses the page cache, in bytes: the server's pieces have this length. */
const directPieceBytes = 1_048_576;

/** Alignment of memory, position and length that direct writes need: a page, or a disk's block. */
const directAlignment = 4_096;

/** Settings for tests and tools. */
export interface FileBlobStoreOptions {
  /** Whether the folder stays unchanged. Default false. */
  readonly readOnly?: boolean;
  /** Bytes of a blob after which they are synced while more arrive. Default 512 MiB. */
  readonly syncEveryBytes?: number | undefined;
}

/** Opens the store in a folder. Makes its missing shards (256 in all), unless `readOnly` is set. */
export async function openFileBlobStore(
  folder: string,
  { readOnly = false, syncEveryBytes = defaultSyncEveryBytes }: FileBlobStoreOptions = {},
): Promise<BlobStore> {
  if (readOnly) return new FileBlobStore(folder, new FolderSync(), syncEveryBytes);
  await mkdir(folder, { recursive: true });
  const present = new Set(await readdir(folder));
  const folders = new FolderSync();
  for (let shard = 0; shard < 256; shard += 1) {
    const name = shard.toString(16).padStart(2, "0");
    if (!present.has(name)) await mkdir(join(folder, name), { recursive: true });
  }
  // Sync in any case: an earlier start may have crashed between making the folders and the sync.
  await folders.sync(folder);
  await folders.sync(dirname(folder));
  return new FileBlobStore(folder, folders, syncEveryBytes);
}

class FileBlobStore implements BlobStore {
  readonly #folder: string;
  readonly #folders: FolderSync;
  readonly #syncEveryBytes: number;
  readonly #readBefore = new ReadBefore();
  /** Whether direct reads may be tried: the system has them, and has not refused one. */
  #mayReadDirectly = "O_DIRECT" in constants;

  constructor(folder: string, folders: FolderSync, syncEveryBytes: number) {
    this.#folder = folder;
    this.#folders = folders;
    this.#syncEveryBytes = syncEveryBytes;
  }

  readonly create: BlobStore["create"] = async (ref) => {
    const path = this.#path(ref);
    const handle = await open(path, "wx", 0o600);
    const syncFolder = (): Promise<void> => this.#folders.sync(this.#shard(ref));
    return new FileBlobWriter({ handle, path, syncFolder, syncEveryBytes: this.#syncEveryBytes });
  };

  readonly read: BlobStore["read"] = async (ref, slice, lend) => {
    let handle: FileHandle;
    try {
      handle = await open(this.#path(ref), "r");
    } catch (cause) {
      if (errorCode(cause) !== "ENOENT") throw cause;
      throw new BlobMissingError(`blob ${hex(ref)} is not there`, { cause });
    }
    const direct = lend === undefined ? undefined : await this.#openDirect(ref, slice);
    return readSlice({ handle, direct }, slice, lend);
  };

  // Opens a blob for reads past the page cache. Copying 256 MiB through it takes ten times as much
  // processor time, where the system has to find memory for the cache (decision 20).
  async #openDirect(ref: BlobRef, slice: BlobSlice): Promise<ReadableFile["direct"]> {
    const behind = slice.offset + slice.length - Math.max(slice.offset, cachedBytes);
    if (!this.#mayReadDirectly || behind < directPieceBytes) return undefined;
    if (this.#readBefore.add(hex(ref), slice)) return undefined;
    try {
      const flags = constants.O_RDONLY | constants.O_DIRECT;
      return { handle: await open(this.#path(ref), flags), from: cachedBytes };
    } catch (cause) {
      if (isDirectRefusal(cause)) this.#mayReadDirectly = false;
      return undefined;
    }
  }

  // The caller removes the blobs' records afterwards. Without the sync of their folders a power cut
  // would bring the files back, and no record would name them.
  readonly remove: BlobStore["remove"] = async (refs) => {
    await Promise.all(refs.map((ref) => rm(this.#path(ref), { force: true })));
    const shards = new Set(refs.map((ref) => this.#shard(ref)));
    await Promise.all([...shards].map((shard) => this.#folders.sync(shard)));
  };

  readonly scan: BlobStore["scan"] = () => scanFolder(this.#folder);

  #shard(ref: BlobRef): string {
    return join(this.#folder, hex(ref).slice(-2));
  }

  #path(ref: BlobRef): string {
    return join(this.#shard(ref), hex(ref));
  }
}

interface WrittenFile {
  readonly handle: FileHandle;
  readonly path: string;
  readonly syncFolder: () => Promise<void>;
  readonly syncEveryBytes: number;
}

class FileBlobWriter implements BlobWriter {
  readonly #handle: FileHandle;
  readonly #path: string;
  readonly #syncFolder: () => Promise<void>;
  readonly #syncEveryBytes: number;
  #position = 0;
  #unsynced = 0;
  #syncing: Promise<void> | undefined;
  // The system reports a failed write-back once per open file: a later sync may succeed with bytes
  // lost.
  #syncFailure: unknown;
  /** The file, opened for direct writes. */
  #direct: FileHandle | undefined;
  /** Whether direct writes may be tried: the system has them, and has not refused one. */
  #mayWriteDirectly = "O_DIRECT" in constants;

  constructor({ handle, path, syncFolder, syncEveryBytes }: WrittenFile) {
    this.#handle = handle;
    this.#path = path;
    this.#syncFolder = syncFolder;
    this.#syncEveryBytes = syncEveryBytes;
  }

  readonly write: BlobWriter["write"] = async (chunk) => {
    let done = await this.#writeDirectly(chunk);
    while (done < chunk.length) {
      const { bytesWritten } = await this.#handle.write(
        chunk,
        done,
        chunk.length - done,
        this.#position + done,
      );
      done += bytesWritten;
    }
    this.#position += done;
    this.#unsynced += done;
    if (this.#unsynced >= this.#syncEveryBytes && this.#syncing === undefined) this.#startSync();
  };

  // Writes past the page cache. Returns the bytes written, which may be fewer than the chunk has.
  // Returns 0 when the chunk must be written through the cache.
  async #writeDirectly(chunk: Uint8Array): Promise<number> {
    // Only the server's pieces are in shared memory, and that begins at a page. The system refuses
    // to write from memory that does not.
    const isPiece = chunk.buffer instanceof SharedArrayBuffer && chunk.length >= directPieceBytes;
    const isAligned = [chunk.byteOffset, chunk.length, this.#position].every(
      (bytes) => bytes % directAlignment === 0,
    );
    if (!this.#mayWriteDirectly || this.#position < cachedBytes || !isPiece || !isAligned) return 0;
    try {
      this.#direct ??= await open(this.#path, constants.O_WRONLY | constants.O_DIRECT);
    } catch {
      this.#mayWriteDirectly = false;
      return 0;
    }
    try {
      const { bytesWritten } = await this.#direct.write(chunk, 0, chunk.length, this.#position);
      return bytesWritten;
    } catch (cause) {
      if (!isDirectRefusal(cause)) throw cause;
      this.#mayWriteDirectly = false;
      return 0;
    }
  }

  #startSync(): void {
    this.#unsynced = 0;
    this.#syncing = this.#handle
      .datasync()
      .catch((cause: unknown) => {
        this.#syncFailure = cause;
      })
      .finally(() => {
        this.#syncing = undefined;
      });
  }

  readonly finish: BlobWriter["finish"] = async () => {
    await this.#syncing;
    if (this.#syncFailure !== undefined) throw this.#syncFailure;
    await this.#handle.sync();
    await this.#close();
    await this.#syncFolder();
  };

  async #close(): Promise<void> {
    const closed = await Promise.allSettled([this.#handle.close(), this.#direct?.close()]);
    for (const one of closed) if (one.status === "rejected") throw one.reason;
  }

  readonly abort: BlobWriter["abort"] = async () => {
    await this.#syncing;
    await this.#close().catch(() => undefined); // a failed finish may have closed it
    await rm(this.#path, { force: true });
    await this.#syncFolder();
  };
}

async function* scanFolder(folder: string): AsyncGenerator<{ ref: BlobRef; sizeBytes: number }> {
  const shards = await opendir(folder).catch((cause: unknown) => {
    if (errorCode(cause) === "ENOENT") return []; // read-only, and the folder is missing
    throw cause;
  });
  for await (const shard of shards) {
    if (!shard.isDirectory()) continue;
    for await (const file of await opendir(join(folder, shard.name))) {
      if (!/^[0-9a-f]{32}$/.test(file.name)) continue;
      const { size } = await stat(join(folder, shard.name, file.name));
      yield { ref: Uint8Array.from(Buffer.from(file.name, "hex")), sizeBytes: size };
    }
  }
}

function hex(ref: BlobRef): string {
  return Buffer.from(ref.buffer, ref.byteOffset, ref.byteLength).toString("hex");
}
